using System.Buffers.Binary;

namespace Microsoft.ML.MedicalSegmentation.Formats.Images;

/// <summary>Finds the orientation in EXIF data, which is a small TIFF.</summary>
internal static class ExifOrientation
{
    private const int Tag = 274;
    private const int EntryBytes = 12;

    /// <summary>The orientation, 1 to 8; 1 where the data does not say or cannot be read.</summary>
    /// <param name="exif">From the byte order mark on.</param>
    public static int Find(ReadOnlySpan<byte> exif)
    {
        var bigEndian = exif.StartsWith("MM"u8);
        if (exif.Length < 8 || (!bigEndian && !exif.StartsWith("II"u8)))
        {
            return 1;
        }

        var start = bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(exif[4..]) : BinaryPrimitives.ReadUInt32LittleEndian(exif[4..]);
        if (start > exif.Length - 2)
        {
            return 1;
        }

        var entries = exif[((int)start + 2)..];
        for (var count = Short(exif[(int)start..], bigEndian); count > 0 && entries.Length >= EntryBytes; count--)
        {
            if (Short(entries, bigEndian) == Tag)
            {
                return Short(entries[8..], bigEndian) is >= 1 and <= 8 and var code ? code : 1;
            }

            entries = entries[EntryBytes..];
        }

        return 1;
    }

    private static int Short(ReadOnlySpan<byte> bytes, bool bigEndian)
        => bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
}
