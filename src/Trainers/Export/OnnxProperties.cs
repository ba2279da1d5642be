using System.Text;
using Microsoft.ML.MedicalSegmentation.Scoring.Models.Folding;

namespace Microsoft.ML.MedicalSegmentation.Export;

/// <summary>Reads the metadata_props of an ONNX model.</summary>
internal static class OnnxProperties
{
    private const int PropertiesField = 14;

    /// <summary>Keys and values.</summary>
    /// <exception cref="InputDataException">The model is damaged.</exception>
    public static IReadOnlyDictionary<string, string> Read(ReadOnlyMemory<byte> onnx)
    {
        var properties = new Dictionary<string, string>();
        var model = new ProtobufReader(onnx.Span);
        while (model.Next())
        {
            if (model.Field != PropertiesField)
            {
                continue;
            }

            var (key, value) = ("", "");
            var property = new ProtobufReader(model.Bytes);
            while (property.Next())
            {
                (key, value) =
                    property.Field == 1 ? (Encoding.UTF8.GetString(property.Bytes), value) : (key, Encoding.UTF8.GetString(property.Bytes));
            }

            properties[key] = value;
        }

        return properties;
    }
}
