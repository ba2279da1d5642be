using System.Buffers.Binary;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;

/// <summary>
/// Walks the elements of one data set, keeps those of <see cref="DicomDictionary"/>, and checks every length against the file.
/// </summary>
/// <remarks>Part 5 of the standard, sections 7 and A, https://dicom.nema.org/medical/dicom/current/output/html/part05.html.</remarks>
/// <param name="source">The file, as the caller gave it.</param>
/// <param name="stream">Plain bytes; can seek.</param>
/// <param name="isExplicit">True where elements name their value representation.</param>
/// <param name="isBigEndian">Byte order.</param>
internal sealed class DicomParser(string source, Stream stream, bool isExplicit, bool isBigEndian)
{
    /// <summary>Sequences within sequences; structured reports nest deepest in practice, about 10.</summary>
    private const int MaximumNesting = 32;

    /// <summary>No attribute that we use is longer; vendors' headers are the largest.</summary>
    private const int MaximumValueLength = 1 << 20;

    private const uint Undefined = 0xFFFFFFFF;

    private readonly long _fileLength = stream.Length;

    /// <summary>Where the pixels lie, once the walk has met them.</summary>
    public DicomPixelData? PixelData { get; private set; }

    /// <summary>Reads the top data set from the stream's position to the end or to the pixels.</summary>
    public DicomDataSet ReadDataSet() => ReadDataSet(_fileLength, isDelimited: false, nesting: 0, isExplicit);

    /// <summary>Reads the elements of one group and stops before the next: the file meta information.</summary>
    public DicomDataSet ReadGroup(int group)
    {
        var set = new DicomDataSet(source);
        Span<byte> start = stackalloc byte[2];
        while (stream.ReadAtLeast(start, 2, throwOnEndOfStream: false) is var count)
        {
            stream.Seek(-count, SeekOrigin.Current);
            if (count < 2 || BinaryPrimitives.ReadUInt16LittleEndian(start) != group)
            {
                break;
            }

            ReadElement(set, _fileLength, 0, isExplicit, out _);
        }

        return set;
    }

    private DicomDataSet ReadDataSet(long end, bool isDelimited, int nesting, bool withVr)
    {
        var set = new DicomDataSet(source);
        while (PixelData is null && stream.Position < end)
        {
            ReadElement(set, end, nesting, withVr, out var isDelimiter);
            if (isDelimiter)
            {
                return isDelimited ? set : throw Fault($"an item ends at byte {stream.Position - 8} where none had begun");
            }
        }

        return PixelData is not null || !isDelimited ? set : throw Fault("the file ends within a sequence item");
    }

    private void ReadElement(DicomDataSet set, long end, int nesting, bool withVr, out bool isDelimiter)
    {
        var tag = ReadTag(end);
        isDelimiter = tag == DicomTags.ItemDelimitation;
        if (isDelimiter)
        {
            _ = ReadUInt32(end);
            return;
        }

        var (vr, length, isImplicit) = ReadVrAndLength(tag, end, withVr);
        withVr &= !isImplicit;
        if (nesting == 0 && (tag == DicomTags.PixelData || tag == DicomTags.FloatPixelData || tag == DicomTags.DoubleFloatPixelData))
        {
            PixelData = length == Undefined ? ReadFragments(tag, vr) : new(tag, vr, stream.Position, RequireLength(tag, length, end));
            return;
        }

        // An attribute whose representation its writer did not know is kept as in implicit little endian (part 5, 6.2.2);
        // of undefined length it is a sequence whose items have no value representations (CP-246).
        var isUnknownSequence = vr == "UN" && (length == Undefined || (!isBigEndian && DicomDictionary.VrOf(tag) == "SQ"));
        if (vr == "SQ" || isUnknownSequence || (length == Undefined && !withVr))
        {
            var items = ReadSequence(tag, length, end, nesting, withVr && !isUnknownSequence);
            Keep(set, tag, new DicomElement("SQ", [], isBigEndian, items));
            return;
        }

        if (length == Undefined && tag == DicomTags.PixelData)
        {
            // An icon's: only passed.
            _ = ReadFragments(tag, vr);
            return;
        }

        if (length == Undefined)
        {
            throw Fault($"element {tag} has no length; only sequences and pixels may leave it open");
        }

        RequireLength(tag, length, end);
        if (!IsWanted(set, tag))
        {
            stream.Seek(length, SeekOrigin.Current);
            return;
        }

        if (length > MaximumValueLength)
        {
            throw Fault($"element {tag} has {length} bytes; at most {MaximumValueLength} are sensible");
        }

        var value = new byte[length];
        stream.ReadExactly(value);
        Keep(
            set,
            tag,
            vr == "UN" && DicomDictionary.VrOf(tag) is { } known ? new DicomElement(known, value) : new DicomElement(vr, value, isBigEndian)
        );
    }

    /// <summary>Kept are the dictionary's tags, and Siemens' blocks in groups 0019 and 0029, which describe mosaics.</summary>
    private static bool IsWanted(DicomDataSet set, DicomTag tag) =>
        (DicomDictionary.VrOf(tag) is not null && tag != DicomTags.PixelData)
        || (tag.Group is 0x0019 or 0x0029 && (tag.IsPrivateCreator || SiemensTags.IsWanted(set, tag)));

    private void Keep(DicomDataSet set, DicomTag tag, DicomElement element)
    {
        if (IsWanted(set, tag) && !set.TryAdd(tag, element))
        {
            throw Fault($"element {tag} is there twice");
        }
    }

    private List<DicomDataSet> ReadSequence(DicomTag tag, uint length, long end, int nesting, bool withVr)
    {
        if (nesting == MaximumNesting)
        {
            throw Fault($"sequences nest deeper than {MaximumNesting}");
        }

        var sequenceEnd = length == Undefined ? end : stream.Position + RequireLength(tag, length, end);
        var items = new List<DicomDataSet>();
        var isWanted = DicomDictionary.VrOf(tag) is not null;
        if (!isWanted && length != Undefined)
        {
            stream.Position = sequenceEnd;
            return items;
        }

        while (stream.Position < sequenceEnd)
        {
            var itemTag = ReadTag(sequenceEnd);
            var itemLength = ReadUInt32(sequenceEnd);
            if (itemTag == DicomTags.SequenceDelimitation)
            {
                return items;
            }

            if (itemTag != DicomTags.Item)
            {
                throw Fault($"sequence {tag} has {itemTag} where an item must begin");
            }

            var itemEnd = itemLength == Undefined ? sequenceEnd : stream.Position + RequireLength(tag, itemLength, sequenceEnd);
            var item = ReadDataSet(itemEnd, itemLength == Undefined, nesting + 1, withVr);
            if (isWanted)
            {
                items.Add(item);
            }
        }

        return length != Undefined ? items : throw Fault($"the file ends within sequence {tag}");
    }

    private DicomPixelData ReadFragments(DicomTag tag, string vr)
    {
        List<long>? table = null;
        var fragments = new List<DicomFragment>();
        var total = 0L;
        while (true)
        {
            var itemTag = ReadTag(_fileLength);
            var length = ReadUInt32(_fileLength);
            if (itemTag == DicomTags.SequenceDelimitation)
            {
                return new(tag, vr, 0, total, table is { Count: > 0 } ? table : null, fragments);
            }

            if (itemTag != DicomTags.Item || length > int.MaxValue)
            {
                throw Fault($"the compressed pixels have {itemTag} of {length} bytes where a fragment must begin");
            }

            RequireLength(tag, length, _fileLength);
            if (table is null)
            {
                // The first item is the table of frame offsets, possibly empty.
                var bytes = new byte[length];
                stream.ReadExactly(bytes);
                table = [.. bytes.Chunk(4).Where(b => b.Length == 4).Select(b => (long)BinaryPrimitives.ReadUInt32LittleEndian(b))];
                continue;
            }

            fragments.Add(new(stream.Position, (int)length));
            total += length;
            stream.Seek(length, SeekOrigin.Current);
        }
    }

    private (string Vr, uint Length, bool IsImplicit) ReadVrAndLength(DicomTag tag, long end, bool withVr)
    {
        var implied = DicomDictionary.VrOf(tag) ?? (tag.IsPrivateCreator ? "LO" : SiemensTags.ImpliedVr(tag));
        if (!withVr)
        {
            return (implied, ReadUInt32(end), IsImplicit: true);
        }

        Span<byte> bytes = stackalloc byte[4];
        Read(bytes, end);
        var vr = DicomValueRepresentations.Letters(bytes);
        if (DicomValueRepresentations.HasLongLength(vr))
        {
            return (vr, ReadUInt32(end), IsImplicit: false);
        }

        if (DicomValueRepresentations.HasShortLength(vr))
        {
            return (
                vr,
                isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]) : BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]),
                IsImplicit: false
            );
        }

        stream.Seek(-bytes.Length, SeekOrigin.Current);
        return DicomValueRepresentations.Guess(stream, tag, end, isBigEndian) is var (length, isImplicit)
            ? (implied, length, isImplicit)
            : throw Fault(
                $"element {tag} has the value representation 0x{bytes[0]:X2}{bytes[1]:X2}, which is none of the standard's, and no "
                    + "element follows it in any layout"
            );
    }

    private DicomTag ReadTag(long end)
    {
        Span<byte> bytes = stackalloc byte[4];
        Read(bytes, end);
        return isBigEndian
            ? new(BinaryPrimitives.ReadUInt16BigEndian(bytes), BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]))
            : new(BinaryPrimitives.ReadUInt16LittleEndian(bytes), BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]));
    }

    private uint ReadUInt32(long end)
    {
        Span<byte> bytes = stackalloc byte[4];
        Read(bytes, end);
        return isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    private void Read(Span<byte> bytes, long end)
    {
        if (end - stream.Position < bytes.Length || stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw Fault($"the data ends at byte {stream.Position}, within an element");
        }
    }

    private uint RequireLength(DicomTag tag, uint length, long end)
        => length <= end - stream.Position
            ? length
            : throw Fault($"element {tag} asks for {length} bytes, but {end - stream.Position} are left");

    private VolumeFormatException Fault(string message)
        => new(source, "DICOM", null, $"{message}. The file is cut short or damaged; copy it again from its origin.");
}
