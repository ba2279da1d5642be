using System.Runtime.InteropServices;
using System.Text;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Models.Folding;

/// <summary>An initializer of an ONNX graph: float32, or int64 such as the sizes of a Reshape.</summary>
/// <remarks>Field numbers after TensorProto of onnx.proto.</remarks>
/// <param name="IsFloat">Whether its elements are float32.</param>
/// <param name="Sizes">Its sizes.</param>
/// <param name="Data">Its elements, little-endian, where they are in the model.</param>
internal sealed record ConstantTensor(bool IsFloat, long[] Sizes, ReadOnlyMemory<byte> Data)
{
    private const int Float = 1;
    private const int Int64 = 7;

    /// <summary>The elements of int64; null where they are float32.</summary>
    public long[]? Numbers => IsFloat ? null : MemoryMarshal.Cast<byte, long>(Data.Span).ToArray();

    /// <summary>Reads a TensorProto; a name alone where its data is of another kind, or does not fit its sizes.</summary>
    public static (string Name, ConstantTensor? Tensor) Read(ReadOnlyMemory<byte> message)
    {
        var (name, type, sizes, data) = ("", 0L, new List<long>(), ReadOnlyMemory<byte>.Empty);
        for (var reader = new ProtobufReader(message.Span); reader.Next();)
        {
            switch (reader.Field)
            {
                case 1:
                    sizes.AddRange(reader.Numbers());
                    break;
                case 2:
                    type = reader.Number;
                    break;
                case 8:
                    name = Encoding.UTF8.GetString(reader.Bytes);
                    break;
                case 9:
                    data = GraphParts.Within(message, reader.Bytes);
                    break;
            }
        }

        var size = type switch
        {
            Float => sizeof(float),
            Int64 => sizeof(long),
            _ => 0,
        };
        return (name, size > 0 && Count(sizes) is { } count && count == data.Length / size && data.Length % size == 0
            ? new(type == Float, [.. sizes], data)
            : null);
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

        writer.Integer(2, Float);
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
