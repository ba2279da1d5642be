using System.Text;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Models.Folding;

/// <summary>An initializer of an ONNX graph as the file has it; nothing is checked yet.</summary>
/// <remarks>Field numbers after TensorProto of onnx.proto.</remarks>
/// <param name="Name">Its name.</param>
/// <param name="Type">What its elements are, such as <see cref="Float"/>.</param>
/// <param name="Sizes">Its sizes.</param>
/// <param name="Data">Its elements, little-endian, where they are in the file; empty for elements that stand elsewhere.</param>
internal readonly record struct TensorProto(string Name, long Type, long[] Sizes, ReadOnlyMemory<byte> Data)
{
    /// <summary>The type of float32.</summary>
    public const int Float = 1;

    /// <summary>The type of int64, such as the sizes of a Reshape.</summary>
    public const int Int64 = 7;

    /// <summary>Reads the message.</summary>
    /// <exception cref="InputDataException">It is damaged.</exception>
    public static TensorProto Read(ReadOnlyMemory<byte> message)
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

        return new(name, type, [.. sizes], data);
    }
}
