// Stands in for Microsoft.ML.DataView: a vector value, dense or sparse, whose memory consumers may reuse.
using System.Collections;

namespace Microsoft.ML.Data;

public readonly struct VBuffer<T> : IEnumerable
{
    private readonly int _count;
    private readonly T[] _values;
    private readonly int[] _indices;

    public readonly int Length;

    public VBuffer(int length, T[] values, int[] indices = null)
        : this(length, length, values, indices)
    {
    }

    public VBuffer(int length, int count, T[] values, int[] indices)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, length);
        if (count > (values?.Length ?? 0))
        {
            throw new ArgumentException($"There are {values?.Length ?? 0} values; {count} are needed.", nameof(values));
        }

        if (count < length && count > (indices?.Length ?? 0))
        {
            throw new ArgumentException(
                $"There are {indices?.Length ?? 0} indices; {count} are needed.", nameof(indices));
        }

        Length = length;
        _count = count;
        _values = values;
        _indices = indices;
    }

    public bool IsDense => _count == Length;

    public static void Copy(T[] source, int sourceIndex, ref VBuffer<T> destination, int length)
    {
        var editor = VBufferEditor.Create(ref destination, length);
        source.AsSpan(sourceIndex, length).CopyTo(editor.Values);
        destination = editor.Commit();
    }

    public ReadOnlySpan<T> GetValues() => _values.AsSpan(0, _count);

    public ReadOnlySpan<int> GetIndices() => IsDense ? default : _indices.AsSpan(0, _count);

    public void CopyTo(ref VBuffer<T> destination)
    {
        var editor = VBufferEditor.Create(ref destination, Length, _count);
        GetValues().CopyTo(editor.Values);
        GetIndices().CopyTo(editor.Indices);
        destination = editor.Commit();
    }

    public void CopyTo(ref VBuffer<T> destination, int sourceIndex, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sourceIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)sourceIndex + length, Length, nameof(length));
        var first = IsDense ? sourceIndex : LowerBound(sourceIndex);
        var end = IsDense ? sourceIndex + length : LowerBound(sourceIndex + length);
        var editor = VBufferEditor.Create(ref destination, length, end - first);
        GetValues()[first..end].CopyTo(editor.Values);
        if (!IsDense)
        {
            // Where every index of the range has a value, the result is dense and has no indices.
            for (var i = 0; i < editor.Indices.Length; i++)
            {
                editor.Indices[i] = _indices[first + i] - sourceIndex;
            }
        }

        destination = editor.Commit();
    }

    public void CopyToDense(ref VBuffer<T> destination)
    {
        var editor = VBufferEditor.Create(ref destination, Length);
        CopyTo(editor.Values);
        destination = editor.Commit();
    }

    public void CopyTo(Span<T> destination) => CopyTo(destination, 0);

    public void CopyTo(Span<T> destination, int destinationIndex, T defaultValue = default)
    {
        var target = destination.Slice(destinationIndex, Length);
        if (IsDense)
        {
            GetValues().CopyTo(target);
            return;
        }

        target.Fill(defaultValue);
        for (var i = 0; i < _count; i++)
        {
            target[_indices[i]] = _values[i];
        }
    }

    public IEnumerable<KeyValuePair<int, T>> Items(bool all = false)
    {
        if (!all || IsDense)
        {
            for (var i = 0; i < _count; i++)
            {
                yield return new KeyValuePair<int, T>(IsDense ? i : _indices[i], _values[i]);
            }

            yield break;
        }

        var next = 0;
        for (var index = 0; index < Length; index++)
        {
            var hasValue = next < _count && _indices[next] == index;
            yield return new KeyValuePair<int, T>(index, hasValue ? _values[next++] : default);
        }
    }

    public IEnumerable<T> DenseValues() => Items(all: true).Select(item => item.Value);

    public T GetItemOrDefault(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Length);
        if (IsDense)
        {
            return _values[index];
        }

        var slot = GetIndices().BinarySearch(index);
        return slot < 0 ? default : _values[slot];
    }

    public void GetItemOrDefault(int index, ref T destination) => destination = GetItemOrDefault(index);

    public IEnumerator GetEnumerator() => (_values ?? []).GetEnumerator();

    public override string ToString() => IsDense
        ? $"Dense vector of size {Length}"
        : $"Sparse vector of size {Length}, {_count} explicit values";

    internal (T[] Values, int[] Indices, int Count) Parts => (_values, _indices, _count);

    private int LowerBound(int index)
    {
        var slot = GetIndices().BinarySearch(index);
        return slot < 0 ? ~slot : slot;
    }
}
