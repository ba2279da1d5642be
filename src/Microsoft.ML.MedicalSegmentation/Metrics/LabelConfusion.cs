using System.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Metrics;

/// <summary>Counts for each pair of classes how many voxels are the one in the truth and the other in the prediction.</summary>
/// <remarks>One pass over both volumes, whatever the number of classes.</remarks>
internal sealed class LabelConfusion
{
    private const short Unknown = -1;

    private readonly short[] _indexOf = new short[LabelClass.MaximumValue + 1];
    private readonly List<int> _values;
    private readonly int _room;
    private readonly int _firstIgnored = int.MaxValue;
    private long[] _counts;
    private int _stride;

    /// <summary>An empty table of known classes.</summary>
    /// <param name="values">Label values in class order, without repetition.</param>
    /// <param name="ignored">Further values: voxels that have one of them in the truth count for no class. Default: none.</param>
    public LabelConfusion(IReadOnlyList<int> values, IReadOnlyList<int>? ignored = null)
        : this([.. values, .. ignored ?? []], room: values.Count + (ignored?.Count ?? 0))
        => _firstIgnored = values.Count;

    private LabelConfusion(IReadOnlyList<int> values, int room)
    {
        _values = [.. values];
        _room = room;
        _stride = Math.Max(values.Count, 1);
        _counts = new long[_stride * _stride];
        Array.Fill(_indexOf, Unknown);
        for (var i = 0; i < values.Count; i++)
        {
            _indexOf[values[i]] = (short)i;
        }
    }

    /// <summary>A table that takes each value it meets as a further class, up to a number of classes.</summary>
    /// <param name="values">Label values that are classes from the start.</param>
    /// <param name="room">The most classes.</param>
    public static LabelConfusion OfAnyValues(IReadOnlyList<int> values, int room) => new(values, Math.Max(room, values.Count));

    /// <summary>Label values in class order; those met later stand at the end.</summary>
    public IReadOnlyList<int> Values => _values;

    /// <summary>Voxels that are of one class in the truth and of another, or the same, in the prediction.</summary>
    public long this[int truth, int prediction] => _counts[(truth * _stride) + prediction];

    /// <summary>Adds the voxels of a pair of volumes of one size.</summary>
    /// <returns>-1, or the offset of the first voxel with a value of no class; the table is then of no use.</returns>
    public long Add(LabelVolume truth, LabelVolume prediction) => (truth.Voxels, prediction.Voxels) switch
    {
        (Volume<byte> t, Volume<byte> p) => Add(t.Voxels, p.Voxels),
        (Volume<ushort> t, Volume<ushort> p) => Add(t.Voxels, p.Voxels),
        _ => AddByBlocks(truth, prediction),
    };

    /// <summary>Adds label values given voxel by voxel.</summary>
    /// <inheritdoc cref="Add(LabelVolume, LabelVolume)"/>
    public long Add<T>(ReadOnlySpan<T> truth, ReadOnlySpan<T> prediction)
        where T : unmanaged, IBinaryInteger<T>
    {
        var i = 0;
        for (; i <= truth.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            // Most stretches lie inside one structure, or the background, in both: those count as a whole.
            var vector = new Vector<T>(truth[i..]);
            if (
                vector == new Vector<T>(prediction[i..])
                && vector == new Vector<T>(truth[i])
                && IndexOf(truth[i]) is var index and not Unknown
            )
            {
                _counts[index * (_stride + 1)] += Vector<T>.Count;
            }
            else if (AddEach(truth.Slice(i, Vector<T>.Count), prediction.Slice(i, Vector<T>.Count)) is var fault and >= 0)
            {
                return i + fault;
            }
        }

        var faultInRest = AddEach(truth[i..], prediction[i..]);
        return faultInRest < 0 ? -1 : i + faultInRest;
    }

    /// <summary>Voxels by label value in truth and prediction, of the pairs that occur.</summary>
    public Dictionary<(int Truth, int Prediction), long> NonZero()
    {
        var counts = new Dictionary<(int, int), long>();
        for (var truth = 0; truth < _values.Count; truth++)
        {
            for (var prediction = 0; prediction < _values.Count; prediction++)
            {
                if (this[truth, prediction] is var voxels and > 0)
                {
                    counts[(_values[truth], _values[prediction])] = voxels;
                }
            }
        }

        return counts;
    }

    /// <summary>What the table says of one class.</summary>
    public OverlapCounts OverlapOf(int classIndex)
    {
        long inTruth = 0, inPrediction = 0;
        for (var other = 0; other < _values.Count; other++)
        {
            inTruth += this[classIndex, other];
            inPrediction += other >= _firstIgnored ? 0 : this[other, classIndex];
        }

        var both = this[classIndex, classIndex];
        return new(both, inPrediction - both, inTruth - both);
    }

    private int AddEach<T>(ReadOnlySpan<T> truth, ReadOnlySpan<T> prediction)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (var i = 0; i < truth.Length; i++)
        {
            int t = IndexOf(truth[i]), p = IndexOf(prediction[i]);
            if ((t | p) < 0 && !(TryTake(truth[i], ref t) && TryTake(prediction[i], ref p)))
            {
                return i;
            }

            _counts[(t * _stride) + p]++;
        }

        return -1;
    }

    private short IndexOf<T>(T value)
        where T : unmanaged, IBinaryInteger<T>
        => _indexOf[int.CreateTruncating(value)];

    private bool TryTake<T>(T value, ref int index)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (index >= 0 || (index = IndexOf(value)) >= 0)
        {
            return true;
        }

        if (_values.Count == _room)
        {
            return false;
        }

        if (_values.Count == _stride)
        {
            Widen();
        }

        index = _values.Count;
        _values.Add(int.CreateTruncating(value));
        _indexOf[int.CreateTruncating(value)] = (short)index;
        return true;
    }

    private void Widen()
    {
        var (old, stride) = (_counts, Math.Min(2 * _stride, _room));
        _counts = new long[stride * stride];
        for (var truth = 0; truth < _values.Count; truth++)
        {
            old.AsSpan(truth * _stride, _values.Count).CopyTo(_counts.AsSpan(truth * stride));
        }

        _stride = stride;
    }

    private long AddByBlocks(LabelVolume truth, LabelVolume prediction)
    {
        Span<int> t = stackalloc int[2048], p = stackalloc int[2048];
        for (long start = 0; start < truth.Shape.Count; start += t.Length)
        {
            var length = (int)Math.Min(t.Length, truth.Shape.Count - start);
            truth.CopyLabels(start, t[..length]);
            prediction.CopyLabels(start, p[..length]);
            if (Add<int>(t[..length], p[..length]) is var fault and >= 0)
            {
                return start + fault;
            }
        }

        return -1;
    }
}
