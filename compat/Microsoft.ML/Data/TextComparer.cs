// Stands in for internals of Microsoft.ML.Data: text values are equal where their characters are.
namespace Microsoft.ML.Data;

internal sealed class TextComparer : IEqualityComparer<ReadOnlyMemory<char>>
{
    public static IEqualityComparer<T> For<T>() => typeof(T) == typeof(ReadOnlyMemory<char>)
        ? (IEqualityComparer<T>)(object)new TextComparer()
        : EqualityComparer<T>.Default;

    public bool Equals(ReadOnlyMemory<char> x, ReadOnlyMemory<char> y) => x.Span.SequenceEqual(y.Span);

    public int GetHashCode(ReadOnlyMemory<char> text) => string.GetHashCode(text.Span);
}
