using System.IO.Compression;
using Microsoft.ML.MedicalSegmentation.Formats.Voxels;
using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Weights.Checkpoints;

/// <summary>A zip whose parts are stored as they are, so that it cannot unpack to more than its own length.</summary>
internal sealed class StoredZip : IDisposable
{
    private readonly ZipArchive _zip;
    private readonly long _length;

    /// <param name="stream">The file; it can seek, and stays open.</param>
    /// <exception cref="InputDataException">It is not a zip, or holds a name twice.</exception>
    public StoredZip(Stream stream)
    {
        _zip = Open(stream);
        _length = stream.Length;
        try
        {
            Entries = Distinct(_zip);
        }
        catch
        {
            _zip.Dispose();
            throw;
        }
    }

    /// <summary>The parts by their full names.</summary>
    public IReadOnlyDictionary<string, ZipArchiveEntry> Entries { get; }

    /// <summary>To be called before parts are read.</summary>
    /// <exception cref="InputDataException">Parts are compressed or overlap.</exception>
    public void RequireNoBomb()
    {
        if (Entries.Keys.Any(name => name.StartsWith("TransformerChain", StringComparison.Ordinal)))
        {
            throw new InputDataException(
                "it is a model zip of ML.NET, which holds an exported network and no weights to train on. Name a checkpoint "
                    + "(.safetensors, .pth) or what pre-training wrote."
            );
        }

        Int128 total = 0;
        foreach (var entry in Entries.Values)
        {
            total += entry.Length;
            if (entry.Length != entry.CompressedLength || total > _length)
            {
                throw new InputDataException(
                    "its zip is compressed or its parts overlap, which its writer never does; it may unpack to any size and is "
                        + "refused. Save it again with the program that made it."
                );
            }
        }
    }

    /// <summary>The bytes of a part, compared with its checksum, which .NET's zip reader does not do.</summary>
    /// <exception cref="InputDataException">The part is too long, or its checksum is another.</exception>
    public static byte[] Bytes(ZipArchiveEntry entry)
    {
        if (entry.Length > Array.MaxLength)
        {
            throw new InputDataException($"a part of it has {entry.Length} bytes; at most {Array.MaxLength} are read.");
        }

        var bytes = LargeArray.Allocate<byte>((int)entry.Length);
        using var content = entry.Open();
        content.ReadExactly(bytes);
        return Crc32.Append(0, bytes) == entry.Crc32
            ? bytes
            : throw new InputDataException("a part of it does not match its checksum. It was changed or damaged; copy it again.");
    }

    public void Dispose() => _zip.Dispose();

    private static ZipArchive Open(Stream stream)
    {
        try
        {
            return new(stream, ZipArchiveMode.Read, leaveOpen: true);
        }
        catch (InvalidDataException fault)
        {
            throw new InputDataException($"its zip is damaged or cut short; copy it again. ({fault.Message})", fault);
        }
    }

    private static Dictionary<string, ZipArchiveEntry> Distinct(ZipArchive zip)
    {
        var entries = new Dictionary<string, ZipArchiveEntry>(StringComparer.Ordinal);
        foreach (var entry in zip.Entries)
        {
            if (!entries.TryAdd(entry.FullName, entry))
            {
                throw new InputDataException($"its zip holds '{entry.FullName}' twice.");
            }
        }

        return entries;
    }
}
