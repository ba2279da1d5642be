using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Microsoft.ML.MedicalSegmentation.Weights.Tensors;

/// <summary>One named tensor of a weights file.</summary>
/// <remarks>Tensors of one file may share memory, as tied weights do. Nothing of it changes after it is made.</remarks>
public sealed class WeightTensor
{
    /// <summary>Most letters of a name, which keeps messages readable whatever a file holds.</summary>
    internal const int LongestName = 1024;

    /// <summary>Most dimensions of a tensor, as in PyTorch.</summary>
    internal const int HighestRank = 64;

    private readonly ReadOnlyMemory<byte> _storage;
    private readonly long _offset;
    private readonly long[] _shape;
    private readonly long[] _strides;

    // A view of a storage; offset and strides are counted in numbers. The caller has checked that it lies within.
    internal WeightTensor(string name, WeightType type, long[] shape, ReadOnlyMemory<byte> storage, long offset = 0, long[]? strides = null)
    {
        Name = name;
        Type = type;
        _shape = shape;
        _storage = storage;
        _offset = offset;
        _strides = strides ?? ContiguousStrides(shape);
    }

    /// <summary>The name in the file, such as "conv1.conv1.0.weight".</summary>
    public string Name { get; }

    /// <summary>How the numbers are stored.</summary>
    public WeightType Type { get; }

    /// <summary>Sizes of the dimensions; none for a single number.</summary>
    public IReadOnlyList<long> Shape => _shape;

    /// <summary>How many numbers there are.</summary>
    public long Count => CountOf(Shape);

    /// <summary>Where its numbers lie: equal for two names of one tensor, and for nothing else that has numbers.</summary>
    internal object Identity => (_storage, _offset, Type, Words(Shape), Words(_strides));

    /// <summary>Makes a tensor of numbers; the caller must not change them afterwards.</summary>
    /// <param name="name">Its name in a file.</param>
    /// <param name="values">The numbers, the last dimension fastest.</param>
    /// <param name="shape">Sizes whose product is the number of values.</param>
    /// <exception cref="ArgumentException">The sizes do not give the number of values.</exception>
    public static WeightTensor Create(string name, float[] values, params long[] shape) =>
        Create(name, WeightType.Float32, MemoryMarshal.AsBytes<float>(values), values.Length, shape);

    /// <inheritdoc cref="Create(string, float[], long[])"/>
    public static WeightTensor Create(string name, long[] values, params long[] shape) =>
        Create(name, WeightType.Int64, MemoryMarshal.AsBytes<long>(values), values.Length, shape);

    /// <summary>
    /// The numbers in single precision, the last dimension fastest; half precision and whole numbers are widened, double precision is
    /// rounded.
    /// </summary>
    public float[] ToSingle()
    {
        var bytes = ToBytes().Span;
        var values = new float[Count];
        switch (Type)
        {
            case WeightType.Float64:
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, double>(bytes), values.AsSpan());
                break;
            case WeightType.Float32:
                MemoryMarshal.Cast<byte, float>(bytes).CopyTo(values);
                break;
            case WeightType.Float16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(bytes), values);
                break;
            case WeightType.BFloat16:
                var halves = MemoryMarshal.Cast<byte, ushort>(bytes);
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = BitConverter.UInt32BitsToSingle((uint)halves[i] << 16);
                }

                break;
            default:
                TensorPrimitives.ConvertTruncating<long, float>(ToInt64(), values);
                break;
        }

        return values;
    }

    /// <summary>The whole numbers, the last dimension fastest.</summary>
    /// <exception cref="InvalidOperationException">The tensor holds real numbers.</exception>
    public long[] ToInt64()
    {
        var bytes = ToBytes().Span;
        var values = new long[Count];
        switch (Type)
        {
            case WeightType.Int64:
                MemoryMarshal.Cast<byte, long>(bytes).CopyTo(values);
                break;
            case WeightType.Int32:
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, int>(bytes), values.AsSpan());
                break;
            case WeightType.Int16:
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, short>(bytes), values.AsSpan());
                break;
            case WeightType.Int8:
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, sbyte>(bytes), values.AsSpan());
                break;
            case WeightType.UInt8 or WeightType.Boolean:
                TensorPrimitives.ConvertTruncating(bytes, values.AsSpan());
                break;
            default:
                throw new InvalidOperationException($"{this} holds real numbers. Read it by {nameof(ToSingle)}.");
        }

        return values;
    }

    /// <summary>The stored bytes, little-endian, the last dimension fastest.</summary>
    public ReadOnlyMemory<byte> ToBytes()
    {
        var size = WeightTypes.SizeOf(Type);
        return Count == 0 || _strides.AsSpan().SequenceEqual(ContiguousStrides(Shape))
            ? _storage.Slice(checked((int)(_offset * size)), checked((int)(Count * size)))
            : Gather(size);
    }

    /// <summary>The same numbers under another name.</summary>
    internal WeightTensor Named(string name) => new(name, Type, _shape, _storage, _offset, _strides);

    /// <summary>Name, type and sizes.</summary>
    public override string ToString() => $"{Name} {Type} {Words(Shape)}";

    /// <summary>Sizes as users read them: [16, 1, 3, 3].</summary>
    internal static string Words(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";

    /// <summary>
    /// How many numbers sizes give; -1 where a size is negative, there are too many, or the product is beyond all memory.
    /// </summary>
    internal static long CountOf(IReadOnlyList<long> shape)
    {
        if (shape.Count > HighestRank || shape.Any(size => size < 0))
        {
            return -1;
        }

        Int128 count = 1;
        foreach (var size in shape)
        {
            count *= size;
            if (count > long.MaxValue / 8)
            {
                return shape.Contains(0) ? 0 : -1;
            }
        }

        return (long)count;
    }

    private static WeightTensor Create(string name, WeightType type, ReadOnlySpan<byte> bytes, int count, long[] shape) =>
        CountOf(shape) == count
            ? new(name, type, shape, bytes.ToArray())
            : throw new ArgumentException($"There are {count} values for the sizes {Words(shape)} of '{name}'.", nameof(shape));

    private static long[] ContiguousStrides(IReadOnlyList<long> shape)
    {
        var strides = new long[shape.Count];
        for (long axis = shape.Count - 1, stride = 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride = unchecked(stride * Math.Max(1, shape[(int)axis]));
        }

        return strides;
    }

    private byte[] Gather(int size)
    {
        var gathered = new byte[checked((int)(Count * size))];
        var index = new long[Shape.Count];
        var storage = _storage.Span;
        var at = _offset;
        for (var target = 0; target < gathered.Length; target += size)
        {
            storage.Slice((int)(at * size), size).CopyTo(gathered.AsSpan(target));
            for (var axis = index.Length - 1; axis >= 0; axis--)
            {
                at += _strides[axis];
                if (++index[axis] < Shape[axis])
                {
                    break;
                }

                at -= _strides[axis] * Shape[axis];
                index[axis] = 0;
            }
        }

        return gathered;
    }
}
