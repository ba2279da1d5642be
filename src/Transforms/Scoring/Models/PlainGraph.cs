using System.IO.Compression;
using System.Text;
using Microsoft.ML.MedicalSegmentation.Scoring.Models.Folding;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Models;

/// <summary>
/// The graph of an ONNX model as it was before it was rewritten for processors; kept in the metadata, without the weights, which both
/// share.
/// </summary>
/// <remarks>Field numbers after onnx.proto, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.</remarks>
internal static class PlainGraph
{
    /// <summary>
    /// Key in <c>metadata_props</c>: base64 of the deflated fields of a GraphProto: nodes, value_info, and initializers that the rewritten
    /// graph lacks.
    /// </summary>
    public const string Key = "medseg.plain_graph";

    private const int LargestLength = 64 << 20;
    private const int GraphField = 7;
    private const int PropertyField = 14;
    private const int NodeField = 1;
    private const int ValueInfoField = 13;

    /// <summary>The metadata's value for fields of a graph.</summary>
    public static string Encode(ReadOnlySpan<byte> fields)
    {
        using var packed = new MemoryStream();
        using (var deflating = new DeflateStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            deflating.Write(fields);
        }

        return Convert.ToBase64String(packed.GetBuffer(), 0, (int)packed.Length);
    }

    /// <summary>The model with its plain graph; the model itself where it holds none.</summary>
    /// <exception cref="InputDataException">The model is damaged.</exception>
    public static byte[] Restore(byte[] onnx)
    {
        if (Find(onnx) is not { } fields)
        {
            return onnx;
        }

        using var result = new MemoryStream(onnx.Length + fields.Length + 16);
        var writer = new ProtobufWriter(result);
        var model = new ProtobufReader(onnx);
        while (model.Next())
        {
            if (model.Field != GraphField)
            {
                result.Write(model.Raw);
                continue;
            }

            var kept = 0L;
            for (var graph = new ProtobufReader(model.Bytes); graph.Next();)
            {
                kept += IsReplaced(graph.Field) ? 0 : graph.Raw.Length;
            }

            writer.Length(GraphField, kept + fields.Length);
            result.Write(fields);
            for (var graph = new ProtobufReader(model.Bytes); graph.Next();)
            {
                result.Write(IsReplaced(graph.Field) ? [] : graph.Raw);
            }
        }

        return result.ToArray();
    }

    private static bool IsReplaced(int field) => field is NodeField or ValueInfoField;

    private static byte[]? Find(byte[] onnx)
    {
        var model = new ProtobufReader(onnx);
        while (model.Next())
        {
            if (model.Field != PropertyField)
            {
                continue;
            }

            ReadOnlySpan<byte> key = default, value = default;
            for (var property = new ProtobufReader(model.Bytes); property.Next();)
            {
                if (property.Field == 1)
                {
                    key = property.Bytes;
                }
                else
                {
                    value = property.Bytes;
                }
            }

            if (key.SequenceEqual(Encoding.UTF8.GetBytes(Key)))
            {
                return Decode(Encoding.UTF8.GetString(value));
            }
        }

        return null;
    }

    private static byte[] Decode(string value)
    {
        try
        {
            using var packed = new DeflateStream(new MemoryStream(Convert.FromBase64String(value)), CompressionMode.Decompress);
            using var fields = new MemoryStream();
            var buffer = new byte[1 << 16];
            for (int count; (count = packed.Read(buffer)) > 0;)
            {
                if (fields.Length + count > LargestLength)
                {
                    throw new InputDataException(
                        $"The ONNX model's {Key} is longer than {LargestLength:N0} bytes. Export the model again."
                    );
                }

                fields.Write(buffer, 0, count);
            }

            return fields.ToArray();
        }
        catch (FormatException fault)
        {
            throw new InputDataException($"The ONNX model's {Key} is no base64. Copy or export the model again.", fault);
        }
    }
}
