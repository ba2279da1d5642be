using System.Runtime.InteropServices;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Models.Folding;

/// <summary>An initializer of an ONNX graph: float32, or int64 such as the sizes of a Reshape.</summary>
/// <param name="IsFloat">Whether its elements are float32.</param>
/// <param name="Sizes">Its sizes.</param>
/// <param name="Data">Its elements, little-endian, where they are in the model.</param>
internal sealed record ConstantTensor(bool IsFloat, long[] Sizes, ReadOnlyMemory<byte> Data)
{
    /// <summary>The elements of int64; null where they are float32.</summary>
    public long[]? Numbers => IsFloat ? null : MemoryMarshal.Cast<byte, long>(Data.Span).ToArray();

    /// <summary>Reads a TensorProto; a name alone where its data is of another kind, or does not fit its sizes.</summary>
    public static (string Name, ConstantTensor? Tensor) Read(ReadOnlyMemory<byte> message)
    {
        var proto = TensorProto.Read(message);
        var size = proto.Type switch
        {
            TensorProto.Float => sizeof(float),
            TensorProto.Int64 => sizeof(long),
            _ => 0,
        };
        var length = proto.Data.Length;
        return (
            proto.Name,
            size > 0 && Count(proto.Sizes) is { } count && count == length / size && length % size == 0
                ? new(proto.Type == TensorProto.Float, proto.Sizes, proto.Data)
                : null
        );
    }

    /// <summary>Writes the beginning of a TensorProto of float32, up to its data, which follows it.</summary>
    public static byte[] Announce(string name, long[] sizes, long dataLength)
    {
        using var message = new MemoryStream();
        var writer = new ProtobufWriter(message);
        foreach (var size in sizes)
        {
            writer.Integer(1, size);
        }

        writer.Integer(2, TensorProto.Float);
        writer.Text(8, name);
        writer.Length(9, dataLength);
        return message.ToArray();
    }

    /// <summary>The number of elements; null where a size is negative or there are too many for one array.</summary>
    public static long? Count(IEnumerable<long> sizes)
    {
        var count = 1L;
        foreach (var size in sizes)
        {
            if (size < 0 || (size > 0 && count > Array.MaxLength / size))
            {
                return null;
            }

            count *= size;
        }

        return count;
    }
}
