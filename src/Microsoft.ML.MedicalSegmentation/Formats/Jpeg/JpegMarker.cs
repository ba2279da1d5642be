using System.Buffers.Binary;

namespace Microsoft.ML.MedicalSegmentation.Formats.Jpeg;

/// <summary>The marks that divide a JPEG into segments: 0xFF and one of these.</summary>
internal static class JpegMarker
{
    public const byte None = 0;
    public const byte FirstFrame = 0xC0;
    public const byte Extended = 0xC1;
    public const byte Progressive = 0xC2;
    public const byte Lossless = 0xC3;
    public const byte HuffmanTables = 0xC4;
    public const byte LastFrame = 0xCF;
    public const byte FirstRestart = 0xD0;
    public const byte LastRestart = 0xD7;
    public const byte Start = 0xD8;
    public const byte End = 0xD9;
    public const byte Scan = 0xDA;
    public const byte QuantizationTables = 0xDB;
    public const byte RestartInterval = 0xDD;
    public const byte Application0 = 0xE0;
    public const byte Application1 = 0xE1;
    public const byte Application14 = 0xEE;

    private const byte Alone = 0x01;

    /// <summary>The next mark that is not a restart, and moves past it; <see cref="None"/> at the end of the file.</summary>
    public static byte Next(ReadOnlySpan<byte> file, ref int position)
    {
        for (; position < file.Length - 1; position++)
        {
            if (file[position] == 0xFF && file[position + 1] is not (0 or 0xFF or Alone or (>= FirstRestart and <= LastRestart)))
            {
                position += 2;
                return file[position - 1];
            }
        }

        return None;
    }

    /// <summary>What a segment holds after its length.</summary>
    /// <param name="file">The file.</param>
    /// <param name="position">Just after the mark.</param>
    public static ReadOnlySpan<byte> ReadSegment(ReadOnlySpan<byte> file, int position)
    {
        var rest = file[position..];
        if (rest.Length < 2 || BinaryPrimitives.ReadUInt16BigEndian(rest) is var length && (length < 2 || length > rest.Length))
        {
            throw new InvalidDataException($"the JPEG's segment {file[position - 1]:X2} is cut short");
        }

        return rest[2..BinaryPrimitives.ReadUInt16BigEndian(rest)];
    }
}
