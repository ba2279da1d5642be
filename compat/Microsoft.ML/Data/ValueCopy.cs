// Stands in for internals of Microsoft.ML.Data: copies a column value so that the copy shares no memory with it.
namespace Microsoft.ML.Data;

internal delegate void ValueCopy<T>(T source, ref T target);

internal static class ValueCopy
{
    public static ValueCopy<T> For<T>()
    {
        var isVector = typeof(T).IsGenericType && typeof(T).GetGenericTypeDefinition() == typeof(VBuffer<>);
        return isVector
            ? (ValueCopy<T>)GenericCall.Invoke(typeof(ValueCopy), nameof(Vector), typeof(T).GetGenericArguments())
            : (T source, ref T target) => target = source;
    }

    private static ValueCopy<VBuffer<T>> Vector<T>() =>
        (VBuffer<T> source, ref VBuffer<T> target) => source.CopyTo(ref target);
}
