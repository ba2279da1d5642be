using System.Buffers.Binary;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;

/// <summary>The value representations of the standard, and how an element is read whose file names none of them.</summary>
/// <remarks>
/// Part 5 of the standard, section 7.1.2. Old software writes "??" or blanks, and some writes single elements of an explicit file
/// without a value representation at all. Which of the three layouts an element has is told by what follows it, as pydicom and
/// dcmtk do: the next element must begin where the value ends.
/// </remarks>
internal static class DicomValueRepresentations
{
    private const uint Undefined = 0xFFFFFFFF;

    // Tag, value representation and a short length; or tag and a long length.
    private const int ElementStart = 8;

    /// <summary>True for representations whose length has 16 bits.</summary>
    public static bool HasShortLength(string vr) =>
        vr
            is "AE"
                or "AS"
                or "AT"
                or "CS"
                or "DA"
                or "DS"
                or "DT"
                or "FL"
                or "FD"
                or "IS"
                or "LO"
                or "LT"
                or "PN"
                or "SH"
                or "SL"
                or "SS"
                or "ST"
                or "TM"
                or "UI"
                or "UL"
                or "US";

    /// <summary>True for representations whose length has 32 bits, after two empty bytes.</summary>
    public static bool HasLongLength(string vr)
        => vr is "OB" or "OD" or "OF" or "OL" or "OV" or "OW" or "SQ" or "SV" or "UC" or "UN" or "UR" or "UT" or "UV";

    /// <summary>True for a representation of the standard.</summary>
    public static bool IsKnown(string vr) => HasShortLength(vr) || HasLongLength(vr);

    /// <summary>The two letters of a value representation.</summary>
    public static string Letters(ReadOnlySpan<byte> bytes) => $"{(char)bytes[0]}{(char)bytes[1]}";

    /// <summary>Finds the layout of an element whose value representation is none of the standard's.</summary>
    /// <param name="stream">At the four bytes after the tag; stands at the value afterwards, or where it was.</param>
    /// <param name="tag">The element.</param>
    /// <param name="end">Where the data set ends at the latest.</param>
    /// <param name="isBigEndian">Byte order.</param>
    /// <returns>The length, and whether the element has no value representation; null if no layout fits.</returns>
    public static (uint Length, bool IsImplicit)? Guess(Stream stream, DicomTag tag, long end, bool isBigEndian)
    {
        var start = stream.Position;
        Span<byte> bytes = stackalloc byte[8];
        var available = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (available < 4)
        {
            return null;
        }

        var isFuture = char.IsAsciiLetterUpper((char)bytes[0]) && char.IsAsciiLetterUpper((char)bytes[1]);
        (uint Length, int Bytes, bool IsImplicit) asShort = (Short(bytes[2..], isBigEndian), 4, false);
        (uint Length, int Bytes, bool IsImplicit) asLong = (
            available < 8 || bytes[2] != 0 || bytes[3] != 0 ? Undefined : Long(bytes[4..], isBigEndian),
            8,
            false
        );
        (uint Length, int Bytes, bool IsImplicit) asImplicit = (Long(bytes, isBigEndian), 4, true);

        // Representations that the standard may add have long lengths.
        ReadOnlySpan<(uint Length, int Bytes, bool IsImplicit)> layouts = isFuture
            ? [asLong, asShort, asImplicit]
            : [asShort, asImplicit, asLong];
        foreach (var isStrict in (ReadOnlySpan<bool>)[true, false])
        {
            foreach (var (length, count, isImplicit) in layouts)
            {
                var value = start + count;
                var fits = length == Undefined
                    ? isImplicit && IsItem(stream, value, end, isBigEndian)
                    : length <= end - value && IsStart(stream, value + length, tag, end, isBigEndian, isStrict);
                if (fits)
                {
                    stream.Position = value;
                    return (length, isImplicit);
                }
            }
        }

        stream.Position = start;
        return null;
    }

    /// <summary>
    /// True if the first element of a data set names a value representation of the standard and a length that fits the file.
    /// </summary>
    public static bool IsExplicit(Stream stream)
    {
        var start = stream.Position;
        Span<byte> bytes = stackalloc byte[ElementStart];
        var count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        stream.Position = start;
        return count == ElementStart && IsKnown(Letters(bytes[4..]))
            && (HasLongLength(Letters(bytes[4..])) || start + ElementStart + Short(bytes[6..], isBigEndian: false) <= stream.Length);
    }

    private static bool IsItem(Stream stream, long position, long end, bool isBigEndian) =>
        ReadStart(stream, position, end, isBigEndian) is var (tag, _) && (tag == DicomTags.Item || tag == DicomTags.SequenceDelimitation);

    /// <summary>True where another element of the data set can begin, or the data set ends.</summary>
    private static bool IsStart(Stream stream, long position, DicomTag previous, long end, bool isBigEndian, bool isStrict)
    {
        if (position == end)
        {
            return true;
        }

        if (ReadStart(stream, position, end, isBigEndian) is not var (tag, bytes))
        {
            return false;
        }

        if (tag == DicomTags.ItemDelimitation)
        {
            return true;
        }

        var isNext = tag.CompareTo(previous) > 0 && tag.Group != 0xFFFE;
        return isNext
            && (
                IsKnown(Letters(bytes))
                || (!isStrict && Long(bytes, isBigEndian) is var length && (length == Undefined || length <= end - position - ElementStart))
            );
    }

    private static (DicomTag Tag, byte[] Bytes)? ReadStart(Stream stream, long position, long end, bool isBigEndian)
    {
        if (end - position < ElementStart)
        {
            return null;
        }

        stream.Position = position;
        var bytes = new byte[ElementStart];
        return stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == ElementStart
            ? (new DicomTag((int)Short(bytes, isBigEndian), (int)Short(bytes.AsSpan(2), isBigEndian)), bytes[4..])
            : null;
    }

    private static uint Short(ReadOnlySpan<byte> bytes, bool isBigEndian)
        => isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private static uint Long(ReadOnlySpan<byte> bytes, bool isBigEndian)
        => isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
