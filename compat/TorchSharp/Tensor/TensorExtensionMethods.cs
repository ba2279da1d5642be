// Stands in for TorchSharp.TensorExtensionMethods: a tensor in a stream is its element type, its number of dimensions and
// its sizes in LEB128, then its elements in the order of the dimensions, little-endian.
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp;

public static class TensorExtensionMethods
{
    public static Parameter AsParameter(this Tensor tensor) => new(tensor);

    public static void Save(this Tensor tensor, string location)
    {
        using var stream = File.Create(location);
        tensor.Save(stream);
    }

    public static void Save(this Tensor tensor, Stream stream)
    {
        using var writer = new BinaryWriter(stream);
        tensor.Save(writer);
    }

    public static void Save(this Tensor tensor, BinaryWriter writer)
    {
        using var _ = no_grad();
        using var source = tensor.cpu();
        writer.Encode((int)source.dtype);
        writer.Encode(source.ndim);
        foreach (var size in source.shape)
        {
            writer.Encode(size);
        }

        source.WriteBytesToStream(writer.BaseStream);
    }

    /// <summary>Reads into a tensor of the stored type and shape; with <paramref name="skip"/>, passes over the stored one.</summary>
    public static void Load(this Tensor tensor, BinaryReader reader, bool skip = false)
    {
        var (type, shape) = ReadHeader(reader);
        if (type != tensor.dtype)
        {
            throw new ArgumentException("Mismatched tensor data types while loading. Make sure that the model you are loading into is exactly the same as the origin.");
        }

        Fill(tensor, shape, reader, skip);
    }

    public static Tensor Load(BinaryReader reader, bool skip = false)
    {
        Tensor? tensor = null;
        Load(ref tensor, reader, skip);
        return tensor;
    }

    public static void Load([System.Diagnostics.CodeAnalysis.NotNull] ref Tensor? tensor, BinaryReader reader, bool skip = false)
    {
        var (type, shape) = ReadHeader(reader);
        tensor ??= empty(shape, type);
        Fill(tensor, shape, reader, skip);
    }

    public static float ToSingle(this Tensor value) => value.Number<float>();
    public static double ToDouble(this Tensor value) => value.Number<double>();
    public static int ToInt32(this Tensor value) => value.Number<int>();
    public static long ToInt64(this Tensor value) => value.Number<long>();
    public static bool ToBoolean(this Tensor value) => value.Number<bool>();

    private static (ScalarType, long[]) ReadHeader(BinaryReader reader)
    {
        var type = (ScalarType)reader.Decode();
        var dimensions = reader.Decode();
        if (dimensions > 64)
        {
            throw new InvalidDataException($"A stored tensor has {dimensions} dimensions; at most 64 are possible.");
        }

        var shape = new long[dimensions];
        for (var i = 0; i < shape.Length; i++)
        {
            shape[i] = reader.Decode();
        }

        return (type, shape);
    }

    private static void Fill(Tensor tensor, long[] shape, BinaryReader reader, bool skip)
    {
        if (skip)
        {
            reader.BaseStream.Seek(shape.Aggregate(1L, (count, size) => checked(count * size)) * tensor.ElementSize, SeekOrigin.Current);
            return;
        }

        if (!shape.AsSpan().SequenceEqual(tensor.shape))
        {
            throw new ArgumentException("Mismatched tensor shape while loading. Make sure that the model you are loading into is exactly the same as the origin.");
        }

        if (tensor.device_type == DeviceType.CPU && tensor.is_contiguous())
        {
            tensor.ReadBytesFromStream(reader.BaseStream);
            return;
        }

        using var _ = no_grad();
        using var read = empty(shape, tensor.dtype);
        read.ReadBytesFromStream(reader.BaseStream);
        tensor.copy_(read);
    }
}
