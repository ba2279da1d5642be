using System.IO.Compression;
using System.Text.Json;
using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Weights.Checkpoints;
using Microsoft.ML.MedicalSegmentation.Weights.Safetensors;

namespace Microsoft.ML.MedicalSegmentation.Weights;

/// <summary>
/// Files that hold the encoder of a network alone, as pre-training writes them: safetensors, or a zip with that and its description.
/// </summary>
internal static class EncoderFile
{
    /// <summary>Key of the metadata that marks such a file; its value is the network's key.</summary>
    public const string MetadataKey = "medseg.encoder";

    private const string WeightsName = "encoder.safetensors";
    private const string DescriptionName = "encoder.json";

    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true };

    /// <summary>Whether a file says that it holds an encoder alone.</summary>
    public static bool IsEncoder(WeightsFile file) => file.Metadata.ContainsKey(MetadataKey);

    /// <summary>Writes the file whole or not at all; a zip where the name ends in .zip.</summary>
    public static void Write(string path, WeightsFile file)
    {
        if (!Path.GetExtension(path).Equals(".zip", StringComparison.OrdinalIgnoreCase))
        {
            AtomicFile.Write(path, stream => SafetensorsWriter.Write(stream, file.Tensors, file.Metadata));
            return;
        }

        AtomicFile.Write(path, stream =>
        {
            using var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
            Add(zip, DescriptionName, part => JsonSerializer.Serialize(part, file.Metadata, Format));
            Add(zip, WeightsName, part => SafetensorsWriter.Write(part, file.Tensors, file.Metadata));
        });
    }

    /// <summary>The safetensors within such a zip; null for another zip.</summary>
    /// <param name="stream">The zip; it can seek, and stays open.</param>
    /// <exception cref="InputDataException">The zip is damaged.</exception>
    public static byte[]? TryReadZip(Stream stream)
    {
        using var zip = new StoredZip(stream);
        if (!zip.Entries.TryGetValue(WeightsName, out var entry))
        {
            return null;
        }

        zip.RequireNoBomb();
        return StoredZip.Bytes(entry);
    }

    private static void Add(ZipArchive zip, string name, Action<Stream> write)
    {
        var entry = zip.CreateEntry(name, CompressionLevel.NoCompression);
        entry.LastWriteTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero); // So that the same weights give the same file.
        using var part = entry.Open();
        write(part);
    }
}
