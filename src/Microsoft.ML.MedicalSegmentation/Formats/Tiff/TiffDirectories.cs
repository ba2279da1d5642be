using System.Buffers.Binary;

namespace Microsoft.ML.MedicalSegmentation.Formats.Tiff;

/// <summary>Reads the directories of a TIFF, one per page: fields by their tags.</summary>
internal sealed class TiffDirectories
{
    // Bytes of a value of each type, from type 1 on; 13 is another name of 4, and 16 to 18 are BigTIFF's.
    private static readonly int[] TypeBytes = [1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];

    private readonly Stream _file;
    private readonly string _source;
    private readonly long _start;
    private readonly bool _bigEndian;

    // A BigTIFF has offsets and counts of 64 bits: https://www.awaresystems.be/imaging/tiff/bigtiff.html.
    private readonly bool _isBig;

    // Directories and values may overlap; so that a small file cannot keep us reading, all together are bounded.
    private long _budget;

    private TiffDirectories(Stream file, string source, bool bigEndian, bool isBig)
    {
        (_file, _source, _bigEndian, _isBig, _start) = (file, source, bigEndian, isBig, file.Position);
        _budget = (4 * (file.Length - file.Position)) + (1 << 16);
    }

    private int OffsetBytes => _isBig ? 8 : 4;

    private int CountBytes => _isBig ? 8 : 2;

    // Tag, type, count, and a value or where it lies.
    private int EntryBytes => 4 + (2 * OffsetBytes);

    /// <summary>The values of one page, by tag.</summary>
    public sealed record Page(IReadOnlyDictionary<TiffTag, double[]> Fields, string Description)
    {
        /// <summary>The first value of a field.</summary>
        public double Get(TiffTag tag, double fallback) => Fields.TryGetValue(tag, out var values) ? values[0] : fallback;

        /// <summary>All values of a field; none if it is missing.</summary>
        public double[] All(TiffTag tag) => Fields.GetValueOrDefault(tag) ?? [];
    }

    /// <summary>True for a file that starts like a TIFF.</summary>
    public static bool Recognise(ReadOnlySpan<byte> start) =>
        start.Length >= 4
        && (start.StartsWith("II"u8) ? start[2..4] is [42 or 43, 0] : start.StartsWith("MM"u8) && start[2..4] is [0, 42 or 43]);

    /// <summary>Reads all pages from the start of the file.</summary>
    /// <exception cref="VolumeFormatException">A directory breaks a rule of the format.</exception>
    public static (List<Page> Pages, bool BigEndian) Read(Stream file, string source)
    {
        var bytes = new byte[16];
        var start = file.Position;
        var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        var isBig = bytes[2] == 43 || bytes[3] == 43;
        if (length < (isBig ? 16 : 8))
        {
            throw new VolumeFormatException(
                source,
                "TIFF",
                null,
                $"the file has {length} bytes, less than its header. It is cut short; copy it again from its origin."
            );
        }

        file.Position = start;
        var directories = new TiffDirectories(file, source, bytes[0] == 'M', isBig);
        if (isBig && (directories.Short(bytes.AsSpan(4)) != 8 || directories.Short(bytes.AsSpan(6)) != 0))
        {
            throw directories.Fault($"its header says {directories.Short(bytes.AsSpan(4))} bytes an offset; a BigTIFF has 8");
        }

        return (directories.ReadPages(directories.Offset(bytes.AsSpan(isBig ? 8 : 4))), directories._bigEndian);
    }

    private List<Page> ReadPages(ulong offset)
    {
        var pages = new List<Page>();
        var seen = new HashSet<ulong>();
        while (offset != 0)
        {
            if (!seen.Add(offset))
            {
                throw Fault($"the directory at {offset} follows itself");
            }

            var number = ReadAt(offset, (ulong)CountBytes);
            var count = _isBig ? Offset(number) : Short(number);
            if (count > ushort.MaxValue)
            {
                throw Fault($"the directory at {offset} has {count} fields; at most {ushort.MaxValue} are sensible");
            }

            var entries = ReadAt(offset + (ulong)CountBytes, (count * (ulong)EntryBytes) + (ulong)OffsetBytes);
            pages.Add(ReadPage(entries.AsSpan(0, (int)count * EntryBytes)));
            offset = Offset(entries.AsSpan((int)count * EntryBytes));
        }

        return pages.Count > 0 ? pages : throw Fault("there is no directory, so no picture");
    }

    private Page ReadPage(ReadOnlySpan<byte> entries)
    {
        var fields = new Dictionary<TiffTag, double[]>();
        var description = "";
        for (; entries.Length > 0; entries = entries[EntryBytes..])
        {
            var tag = (TiffTag)Short(entries);
            var (type, count) = (Short(entries[2..]), Offset(entries[4..]));
            if (!Enum.IsDefined(tag) || count == 0 || type < 1 || type > TypeBytes.Length || TypeBytes[type - 1] == 0)
            {
                continue;
            }

            // Larger than any file, and not beyond 64 bits.
            var bytes = Math.Min(count, uint.MaxValue) * (ulong)TypeBytes[type - 1];
            var value = entries.Slice(4 + OffsetBytes, OffsetBytes);
            var values = bytes <= (ulong)OffsetBytes ? value[..(int)bytes].ToArray() : ReadAt(Offset(value), bytes);
            if (tag == TiffTag.ImageDescription)
            {
                description = System.Text.Encoding.Latin1.GetString(values);
            }
            else
            {
                fields[tag] = Numbers(values, type);
            }
        }

        return new(fields, description);
    }

    private double[] Numbers(byte[] bytes, int type)
    {
        var size = TypeBytes[type - 1];
        var numbers = new double[bytes.Length / size];
        for (var i = 0; i < numbers.Length; i++)
        {
            var value = bytes.AsSpan(i * size, size);
            numbers[i] = type switch
            {
                3 => Short(value),
                4 or 13 => Unsigned(value),
                5 => (double)Unsigned(value) / Unsigned(value[4..]),
                8 => (short)Short(value),
                9 => (int)Unsigned(value),
                10 => (double)(int)Unsigned(value) / (int)Unsigned(value[4..]),
                11 => BitConverter.UInt32BitsToSingle(Unsigned(value)),
                12 => _bigEndian ? BinaryPrimitives.ReadDoubleBigEndian(value) : BinaryPrimitives.ReadDoubleLittleEndian(value),
                16 or 18 => Long(value),
                17 => (long)Long(value),
                6 => (sbyte)value[0],
                _ => value[0],
            };
        }

        return numbers;
    }

    private byte[] ReadAt(ulong offset, ulong count)
    {
        var length = (ulong)(_file.Length - _start);
        if (offset > length || count > length - offset)
        {
            throw Fault(
                $"{count} bytes at {offset} lie outside the file of {length}. It is cut short or damaged; copy it again from its origin"
            );
        }

        _budget -= (long)count;
        if (_budget < 0)
        {
            throw Fault("its directories overlap each other");
        }

        _file.Position = _start + (long)offset;
        var bytes = new byte[count];
        _file.ReadExactly(bytes);
        return bytes;
    }

    private VolumeFormatException Fault(string message) => new(_source, "TIFF", null, $"{message}.");

    private ushort Short(ReadOnlySpan<byte> bytes) =>
        _bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private uint Unsigned(ReadOnlySpan<byte> bytes) =>
        _bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private ulong Long(ReadOnlySpan<byte> bytes) =>
        _bigEndian ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : BinaryPrimitives.ReadUInt64LittleEndian(bytes);

    private ulong Offset(ReadOnlySpan<byte> bytes) => _isBig ? Long(bytes) : Unsigned(bytes);
}
