using System.IO.Compression;
using ICSharpCode.SharpZipLib;

namespace Microsoft.ML.MedicalSegmentation.Formats.Voxels;

/// <summary>How the bytes of voxels are packed in a file.</summary>
/// <param name="Name">Stands in errors.</param>
/// <param name="Unpack">Makes a stream of plain bytes; null if they are plain and any block can be read by itself.</param>
/// <param name="LargestRatio">The most plain bytes that one byte of the file can give.</param>
internal sealed record VoxelCompression(string Name, Func<Stream, Stream>? Unpack, double LargestRatio)
{
    // The most that deflate can make of one byte (zlib's manual, "maximum compression factor").
    private const double DeflateRatio = 1032;

    /// <summary>Plain bytes.</summary>
    public static VoxelCompression None { get; } = new("plain", null, 1);

    /// <summary>RFC 1952, one member or several.</summary>
    public static VoxelCompression Gzip { get; } =
        new("gzip", s => new GZipStream(s, CompressionMode.Decompress, leaveOpen: true), DeflateRatio);

    /// <summary>RFC 1950.</summary>
    public static VoxelCompression Zlib { get; } =
        new("zlib", s => new ZLibStream(s, CompressionMode.Decompress, leaveOpen: true), DeflateRatio);

    /// <summary>
    /// bzip2, which can pack zeros a million to one: beyond the ratio given here, data is counted before memory is taken.
    /// </summary>
    public static VoxelCompression Bzip2 { get; } = new("bzip2", s => new Bzip2Stream(s), DeflateRatio) { MayExceedRatio = true };

    /// <summary>True where <see cref="LargestRatio"/> is what is usual rather than what is possible.</summary>
    public bool MayExceedRatio { get; private init; }

    /// <summary>Numbers as text, separated by spaces, commas or line ends.</summary>
    public static VoxelCompression Text(VoxelType type)
        => new("text", s => new TextVoxelStream(s, type), VoxelTypes.SizeOf(type) / 2.0);

    /// <summary>Two hexadecimal digits a byte, with space in between.</summary>
    public static VoxelCompression Hexadecimal { get; } = new("hex", s => new HexadecimalStream(s), 0.5);

    /// <summary>How a file is packed as a whole, by its first bytes.</summary>
    /// <param name="start">At least ten bytes, where the file has them.</param>
    /// <param name="source">The file, for errors.</param>
    /// <returns>Gzip, bzip2 or plain.</returns>
    /// <exception cref="VolumeFormatException">The file is packed in a way that is not read; names it.</exception>
    public static VoxelCompression OfFile(ReadOnlySpan<byte> start, string source)
    {
        if (start.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
        {
            return Gzip;
        }

        if (Bzip2Stream.Recognise(start))
        {
            return Bzip2;
        }

        var other = start.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD]) ? ("Zstandard (.zst)", "zstd -d")
            : start.StartsWith((ReadOnlySpan<byte>)[0xFD, 0x37, 0x7A, 0x58, 0x5A]) ? ("xz", "xz -d")
            : start.StartsWith((ReadOnlySpan<byte>)[0x04, 0x22, 0x4D, 0x18]) ? ("LZ4", "lz4 -d")
            : start.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x9D]) ? ("compress (.Z)", "gzip -d")
            : start.StartsWith((ReadOnlySpan<byte>)[0x37, 0x7A, 0xBC, 0xAF]) ? ("7-Zip", "7z x")
            : start.StartsWith("PK\u0003\u0004"u8) ? ("zip", "unzip")
            : default((string Name, string Command)?);
        return other is var (name, command)
            ? throw new VolumeFormatException(
                source,
                null,
                null,
                $"the file is compressed by {name}, which is not read; gzip and bzip2 are. Unpack it first ({command})."
            )
            : None;
    }

    /// <summary>True for what an unpacking stream throws when its data is wrong.</summary>
    public static bool IsDamage(Exception fault)
        => fault is InvalidDataException or SharpZipBaseException or EndOfStreamException || IsZlibException(fault);

    /// <summary>.NET's ZLibException is not a public type.</summary>
    private static bool IsZlibException(Exception fault)
        => fault is IOException && fault.GetType().Namespace == typeof(ZLibStream).Namespace;
}
