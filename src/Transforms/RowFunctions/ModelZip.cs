using System.Buffers;
using System.IO.Compression;
using Microsoft.ML.MedicalSegmentation.Formats.Voxels;

namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

/// <summary>A model zip with every checksum compared, and its bulk data read apart from what ML.NET loads.</summary>
/// <remarks>
/// ML.NET reads a text of bulk data character by character, several times. So a part that holds one is read here, straight into the
/// arrays that scoring takes, and ML.NET gets the same part with an empty text in its place.
/// </remarks>
/// <param name="Content">What ML.NET is to load; at its start.</param>
/// <param name="Blobs">Bulk data by the digest of the state that it belongs to.</param>
internal sealed record ModelZip(Stream Content, IReadOnlyDictionary<string, byte[][]> Blobs)
{
    private const int BufferLength = 1 << 18;

    // Shorter texts are left to ML.NET, where it reads the other parts as well.
    private const int LeastLength = 1 << 16;

    /// <summary>Reads the bulk data alone; everything else is compared with its checksum.</summary>
    /// <exception cref="InputDataException">The zip is damaged.</exception>
    public static IReadOnlyDictionary<string, byte[][]> ReadBlobs(Stream file)
    {
        file.Position = 0;
        using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        var blobs = new Dictionary<string, byte[][]>();
        foreach (var entry in zip.Entries)
        {
            if (HoldsBlobs(entry, leastLength: 0))
            {
                ReadBlobs(entry, blobs);
            }
            else
            {
                Read(entry, (_, _) => { });
            }
        }

        return blobs;
    }

    /// <summary>Reads a zip.</summary>
    /// <exception cref="InputDataException">It is damaged.</exception>
    public static ModelZip Open(MLContext context, Stream file)
    {
        using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        if (!zip.Entries.Any(entry => HoldsBlobs(entry, LeastLength)))
        {
            foreach (var entry in zip.Entries)
            {
                Read(entry, (_, _) => { });
            }

            file.Position = 0;
            return new(file, new Dictionary<string, byte[][]>());
        }

        var blobs = new Dictionary<string, byte[][]>();
        var content = new MemoryStream();
        using (var rest = new ZipArchive(content, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var entry in zip.Entries)
            {
                using var target = rest.CreateEntry(entry.FullName, CompressionLevel.NoCompression).Open();
                if (HoldsBlobs(entry, LeastLength))
                {
                    target.Write(EmptyPart(context, ReadBlobs(entry, blobs)));
                }
                else
                {
                    Read(entry, (bytes, length) => target.Write(bytes, 0, length));
                }
            }
        }

        content.Position = 0;
        return new(content, blobs);
    }

    // Gives the digest of the state that they belong to.
    private static string ReadBlobs(ZipArchiveEntry entry, Dictionary<string, byte[][]> blobs)
    {
        var part = new BlobPart(entry.Length);
        Read(entry, part.Take);
        blobs[part.Digest] = part.ToBlobs();
        return part.Digest;
    }

    // .NET's own zip reader does not compare what it unpacks with the stored checksums.
    private static void Read(ZipArchiveEntry entry, Action<byte[], int> take)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            using var content = entry.Open();
            var (checksum, length) = (0u, 0L);
            for (int count; length <= entry.Length && (count = content.Read(buffer)) > 0; length += count)
            {
                checksum = Crc32.Append(checksum, buffer.AsSpan(0, count));
                take(buffer, count);
            }

            if (length != entry.Length || checksum != entry.Crc32)
            {
                throw new InputDataException($"its part '{entry.FullName}' does not match its checksum");
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static bool HoldsBlobs(ZipArchiveEntry entry, int leastLength)
    {
        if (entry.Length < leastLength)
        {
            return false;
        }

        var start = new byte[BlobPart.HeadLength];
        using var content = entry.Open();
        return BlobPart.FindText(start.AsSpan(0, content.ReadAtLeast(start, start.Length, throwOnEndOfStream: false))) >= 0;
    }

    // What ML.NET writes for the same stage with an empty text.
    private static byte[] EmptyPart(MLContext context, string digest)
    {
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(ZipStages.Key, Data.NumberDataViewType.Single);
        var stage = ZipStages.BlobStage(context, $"{BlobText.Magic} {digest} 0 ").Fit(new EmptyDataView(schema.ToSchema()));
        using var saved = new MemoryStream();
        context.Model.Save(stage, null, saved);
        using var zip = new ZipArchive(saved, ZipArchiveMode.Read);
        using var content = zip.Entries.Single(entry => entry.FullName.Replace('\\', '/') == "TransformerChain/Model.key").Open();
        using var bytes = new MemoryStream();
        content.CopyTo(bytes);
        return bytes.ToArray();
    }
}
