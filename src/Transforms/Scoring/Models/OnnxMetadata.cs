using System.Text;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Models;

/// <summary>Adds entries to the <c>metadata_props</c> of an ONNX file, whoever wrote it.</summary>
/// <remarks>Protobuf messages add up: a repeated field at the end of a message belongs to it, so nothing before is touched.</remarks>
internal static class OnnxMetadata
{
    private const int MetadataProperties = (14 << 3) | 2, Key = (1 << 3) | 2, Value = (2 << 3) | 2;

    /// <summary>The file with more entries at its end.</summary>
    public static byte[] Append(ReadOnlySpan<byte> onnx, IEnumerable<KeyValuePair<string, string>> entries)
    {
        using var file = new MemoryStream();
        file.Write(onnx);
        foreach (var (key, value) in entries)
        {
            using var entry = new MemoryStream();
            WriteText(entry, Key, key);
            WriteText(entry, Value, value);
            WriteField(file, MetadataProperties, entry.ToArray());
        }

        return file.ToArray();
    }

    private static void WriteText(Stream target, int tag, string text) => WriteField(target, tag, Encoding.UTF8.GetBytes(text));

    private static void WriteField(Stream target, int tag, byte[] bytes)
    {
        target.WriteByte((byte)tag);
        for (var length = (uint)bytes.Length; ; length >>= 7)
        {
            target.WriteByte((byte)(length < 128 ? length : (length & 127) | 128));
            if (length < 128)
            {
                break;
            }
        }

        target.Write(bytes);
    }
}
