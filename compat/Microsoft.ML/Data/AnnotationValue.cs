// Stands in for internals of Microsoft.ML.Data: turns a value of the caller into the getter of an annotation.
namespace Microsoft.ML.Data;

internal static class AnnotationValue
{
    /// <summary>Strings and arrays become the text and vector values that views hold.</summary>
    public static Delegate Getter<T>(T value, DataViewType type) => (value, type) switch
    {
        (string text, TextDataViewType) => Scalar(text.AsMemory()),
        (string[] texts, VectorDataViewType { ItemType: TextDataViewType }) =>
            Vector(Array.ConvertAll(texts, text => text.AsMemory())),
        (Array items, VectorDataViewType vector) when items.GetType().GetElementType() == vector.ItemType.RawType =>
            (Delegate)GenericCall.Invoke(typeof(AnnotationValue), nameof(Vector), [vector.ItemType.RawType], items),
        _ when typeof(T) == type.RawType => Scalar(value),
        _ => throw new InvalidOperationException(
            $"The annotation value of type {typeof(T)} does not fit the column type {type}."),
    };

    private static ValueGetter<T> Scalar<T>(T value) => (ref T target) => target = value;

    private static ValueGetter<VBuffer<T>> Vector<T>(T[] values) => (ref VBuffer<T> target) =>
        VBuffer<T>.Copy(values, 0, ref target, values.Length);
}
