using System.Buffers.Binary;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Reads the directories of a TIFF, one per page: fields by their tags.</summary>
internal sealed class TiffDirectories
{
    private const int EntryBytes = 12;

    // Bytes of a value of each type, from type 1 on.
    private static readonly int[] TypeBytes = [1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];

    private readonly Stream _file;
    private readonly string _source;
    private readonly long _start;
    private readonly bool _bigEndian;

    // Directories and values may overlap; so that a small file cannot keep us reading, all together are bounded.
    private long _budget;

    private TiffDirectories(Stream file, string source, bool bigEndian)
    {
        (_file, _source, _bigEndian, _start) = (file, source, bigEndian, file.Position);
        _budget = (4 * (file.Length - file.Position)) + (1 << 16);
    }

    /// <summary>The values of one page, by tag.</summary>
    public sealed record Page(IReadOnlyDictionary<TiffTag, double[]> Fields, string Description)
    {
        /// <summary>The first value of a field.</summary>
        public double Get(TiffTag tag, double fallback) => Fields.TryGetValue(tag, out var values) ? values[0] : fallback;

        /// <summary>All values of a field; none where it is missing.</summary>
        public double[] All(TiffTag tag) => Fields.GetValueOrDefault(tag) ?? [];
    }

    /// <summary>True for a file that starts like a TIFF.</summary>
    public static bool Recognise(ReadOnlySpan<byte> start)
        => start.Length >= 4 && (start.StartsWith("II"u8) ? start[2..4] is [42 or 43, 0] : start.StartsWith("MM"u8) && start[2..4] is [0, 42 or 43]);

    /// <summary>Reads all pages from the start of the file.</summary>
    /// <exception cref="VolumeFormatException">A directory breaks a rule of the format.</exception>
    public static (List<Page> Pages, bool BigEndian) Read(Stream file, string source)
    {
        var bytes = new byte[8];
        var start = file.Position;
        var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (length < bytes.Length)
        {
            throw new VolumeFormatException(source, "TIFF", null, $"the file has {length} bytes, less than its header. It is cut short; copy it again from its origin.");
        }

        if (bytes[2] == 43 || bytes[3] == 43)
        {
            throw new VolumeFormatException(source, "TIFF", null, "this is a BigTIFF, which is not read. Save it as a TIFF below 4 GiB, or as NIfTI.");
        }

        file.Position = start;
        var directories = new TiffDirectories(file, source, bytes[0] == 'M');
        return (directories.ReadPages(directories.Unsigned(bytes.AsSpan(4))), directories._bigEndian);
    }

    private List<Page> ReadPages(uint offset)
    {
        var pages = new List<Page>();
        var seen = new HashSet<uint>();
        while (offset != 0)
        {
            if (!seen.Add(offset))
            {
                throw Fault($"the directory at {offset} follows itself");
            }

            var count = Short(ReadAt(offset, 2));
            var entries = ReadAt(offset + 2L, (count * EntryBytes) + 4);
            pages.Add(ReadPage(entries.AsSpan(0, count * EntryBytes)));
            offset = Unsigned(entries.AsSpan(count * EntryBytes));
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
            var (type, count) = (Short(entries[2..]), Unsigned(entries[4..]));
            if (!Enum.IsDefined(tag) || count == 0 || type < 1 || type > TypeBytes.Length)
            {
                continue;
            }

            var bytes = count * (long)TypeBytes[type - 1];
            var values = bytes <= 4 ? entries.Slice(8, (int)bytes).ToArray() : ReadAt(Unsigned(entries[8..]), bytes);
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
                4 => Unsigned(value),
                5 => (double)Unsigned(value) / Unsigned(value[4..]),
                8 => (short)Short(value),
                9 => (int)Unsigned(value),
                10 => (double)(int)Unsigned(value) / (int)Unsigned(value[4..]),
                11 => BitConverter.UInt32BitsToSingle(Unsigned(value)),
                12 => _bigEndian ? BinaryPrimitives.ReadDoubleBigEndian(value) : BinaryPrimitives.ReadDoubleLittleEndian(value),
                _ => value[0],
            };
        }

        return numbers;
    }

    private byte[] ReadAt(long offset, long count)
    {
        if (offset + count > _file.Length - _start)
        {
            throw Fault($"{count} bytes at {offset} lie outside the file of {_file.Length - _start}. It is cut short or damaged; copy it again from its origin");
        }

        _budget -= count;
        if (_budget < 0)
        {
            throw Fault("its directories overlap each other");
        }

        _file.Position = _start + offset;
        var bytes = new byte[count];
        _file.ReadExactly(bytes);
        return bytes;
    }

    private VolumeFormatException Fault(string message) => new(_source, "TIFF", null, $"{message}.");

    private ushort Short(ReadOnlySpan<byte> bytes) => _bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private uint Unsigned(ReadOnlySpan<byte> bytes) => _bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
