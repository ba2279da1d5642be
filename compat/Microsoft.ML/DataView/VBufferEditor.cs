// Stands in for Microsoft.ML.DataView: write access to the memory of a vector value, reused where it is large enough.
namespace Microsoft.ML.Data;

public static class VBufferEditor
{
    public static VBufferEditor<T> CreateFromBuffer<T>(ref VBuffer<T> destination)
    {
        var (values, indices, count) = destination.Parts;
        return new VBufferEditor<T>(destination.Length, count, values, indices, false, false, false);
    }

    public static VBufferEditor<T> Create<T>(
        ref VBuffer<T> destination,
        int newLogicalLength,
        int? valuesCount = null,
        int? maxValuesCapacity = null,
        bool keepOldOnResize = false,
        bool requireIndicesOnDense = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(newLogicalLength);
        var count = valuesCount ?? newLogicalLength;
        ArgumentOutOfRangeException.ThrowIfNegative(count, nameof(valuesCount));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, newLogicalLength, nameof(valuesCount));

        var (values, indices, _) = destination.Parts;
        var createdNewValues = Reserve(ref values, count, maxValuesCapacity, keepOldOnResize);
        var createdNewIndices = (count < newLogicalLength || requireIndicesOnDense)
            && Reserve(ref indices, count, maxValuesCapacity, keepOldOnResize);
        return new VBufferEditor<T>(
            newLogicalLength, count, values, indices, requireIndicesOnDense, createdNewValues, createdNewIndices);
    }

    private static bool Reserve<T>(ref T[] array, int count, int? capacity, bool keepOld)
    {
        if (count <= (array?.Length ?? 0))
        {
            return false;
        }

        var larger = new T[Math.Max(count, Math.Min(capacity ?? count, count * 2L))];
        if (keepOld)
        {
            array?.CopyTo(larger, 0);
        }

        array = larger;
        return true;
    }
}

public readonly ref struct VBufferEditor<T>
{
    private readonly int _length;
    private readonly T[] _values;
    private readonly int[] _indices;

    public readonly Span<T> Values;

    public readonly Span<int> Indices;

    internal VBufferEditor(
        int length,
        int count,
        T[] values,
        int[] indices,
        bool requireIndicesOnDense,
        bool createdNewValues,
        bool createdNewIndices)
    {
        _length = length;
        _values = values;
        _indices = indices;
        Values = values.AsSpan(0, count);
        Indices = count < length || requireIndicesOnDense ? indices.AsSpan(0, count) : default;
        CreatedNewValues = createdNewValues;
        CreatedNewIndices = createdNewIndices;
    }

    public bool CreatedNewValues { get; }

    public bool CreatedNewIndices { get; }

    public VBuffer<T> Commit() => new(_length, Values.Length, _values, _indices);

    public VBuffer<T> CommitTruncated(int physicalValuesCount)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(physicalValuesCount, Values.Length);
        return new VBuffer<T>(_length, physicalValuesCount, _values, _indices);
    }
}
