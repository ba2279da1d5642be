using System.Buffers.Binary;
using System.Text;
using Microsoft.ML.MedicalSegmentation.Formats.Voxels;

namespace Microsoft.ML.MedicalSegmentation.Formats.Png;

/// <summary>One named piece of a PNG.</summary>
/// <param name="Type">Four letters.</param>
/// <param name="Data">Its content; empty for pieces that nothing here needs.</param>
internal sealed record PngChunk(string Type, byte[] Data)
{
    /// <summary>Bytes of length and type before the content, and of the checksum after it.</summary>
    public const int StartBytes = 8, EndBytes = 4;

    // A palette has 768 bytes; EXIF data, which may hold a small picture, is seldom above 64 KiB.
    private const int LargestKept = 1 << 20;

    /// <summary>Reads a chunk and checks it; passes over the content of long ones.</summary>
    /// <param name="file">Stands at the chunk.</param>
    /// <param name="source">Stands in errors.</param>
    /// <param name="stopsBefore">A type whose content is left unread.</param>
    /// <exception cref="VolumeFormatException">The file ends early, or the chunk is damaged.</exception>
    public static PngChunk Read(Stream file, string source, string? stopsBefore = null)
    {
        Span<byte> start = stackalloc byte[StartBytes];
        if (file.ReadAtLeast(start, StartBytes, throwOnEndOfStream: false) < StartBytes)
        {
            throw new VolumeFormatException(
                source,
                "PNG",
                null,
                "the file ends before its pixels. It is cut short; copy it again from its origin."
            );
        }

        var (length, type) = ReadStart(start);
        var chunk = new PngChunk(type, []);
        if (type == stopsBefore)
        {
            return chunk;
        }

        if (length > file.Length - file.Position - EndBytes)
        {
            throw chunk.Fault(
                source,
                $"{length} bytes, more than the file has left. It is cut short or damaged; copy it again from its origin"
            );
        }

        if (length > LargestKept)
        {
            file.Seek(length + EndBytes, SeekOrigin.Current);
            return chunk;
        }

        var data = new byte[length];
        file.ReadExactly(data);
        Span<byte> end = stackalloc byte[EndBytes];
        file.ReadExactly(end);
        return BinaryPrimitives.ReadUInt32BigEndian(end) == Crc32.Append(Crc32.Append(0, start[4..]), data)
            ? chunk with { Data = data }
            : throw chunk.Fault(source, "a wrong checksum. The file is damaged; copy it again from its origin");
    }

    /// <summary>Length and type of a chunk from its first bytes.</summary>
    public static (long Length, string Type) ReadStart(ReadOnlySpan<byte> start)
        => (BinaryPrimitives.ReadUInt32BigEndian(start), Encoding.Latin1.GetString(start[4..StartBytes]));

    /// <summary>Writes a chunk with its checksum.</summary>
    public static void Write(Stream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(number, (uint)data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Append(Crc32.Append(0, type), data));
        file.Write(number);
    }

    /// <summary>An error about this chunk.</summary>
    public VolumeFormatException Fault(string source, string hasWhat)
    {
        var shown = string.Concat(Type.Select(letter => char.IsAsciiLetter(letter) ? letter : '?'));
        return new(source, "PNG", null, $"chunk {shown} has {hasWhat}.");
    }
}
