using System.Buffers.Binary;

namespace Microsoft.ML.MedicalSegmentation.Formats.Tiff;

/// <summary>Makes TIFF files of kinds that are read but not written.</summary>
internal sealed class TiffBytes(bool bigEndian)
{
    private readonly List<byte> _file = [.. bigEndian ? "MM"u8 : "II"u8, .. bigEndian ? new byte[] { 0, 42 } : [42, 0], 0, 0, 0, 0];
    private int _link = 4;

    /// <summary>Adds a page.</summary>
    /// <param name="fields">Tag, type and values; offsets and byte counts are added.</param>
    /// <param name="isTiled">True where blocks are tiles.</param>
    /// <param name="blocks">Packed strips or tiles.</param>
    public TiffBytes Page((int Tag, int Type, long[] Values)[] fields, bool isTiled, params byte[][] blocks)
    {
        var offsets = new List<long>();
        foreach (var block in blocks)
        {
            offsets.Add(_file.Count);
            _file.AddRange(block);
        }

        var all = fields
            .Append((isTiled ? 324 : 273, 4, [.. offsets]))
            .Append((isTiled ? 325 : 279, 4, [.. blocks.Select(block => (long)block.Length)]))
            .OrderBy(field => field.Item1)
            .ToList();
        var placed = all.ConvertAll(field => (field.Item1, field.Item2, field.Item3.Length, Value: Place(field.Item2, field.Item3)));
        Patch(_link, 4, _file.Count);
        Add(2, placed.Count);
        foreach (var (tag, type, count, value) in placed)
        {
            Add(2, tag);
            Add(2, type);
            Add(4, type == 5 ? count / 2 : count);
            _file.AddRange(value);
        }

        _link = _file.Count;
        Add(4, 0);
        return this;
    }

    public byte[] ToArray() => [.. _file];

    public static byte[] PackBits(byte[] plain)
    {
        var packed = new List<byte>();
        for (var start = 0; start < plain.Length;)
        {
            var run = 1;
            while (start + run < plain.Length && run < 128 && plain[start + run] == plain[start])
            {
                run++;
            }

            packed.AddRange(run > 1 ? [(byte)(1 - run), plain[start]] : [0, plain[start]]);
            start += run;
        }

        return [.. packed];
    }

    public static byte[] Lzw(byte[] plain)
    {
        var packed = new List<byte>();
        var (bits, count) = (0L, 0);
        var (table, width) = (new Dictionary<string, int>(), 9);
        void Write(int code)
        {
            (bits, count) = ((bits << width) | (uint)code, count + width);
            for (; count >= 8; count -= 8)
            {
                packed.Add((byte)(bits >> (count - 8)));
            }
        }

        int CodeOf(string phrase) => phrase.Length == 1 ? phrase[0] : table[phrase];
        Write(256);
        var phrase = "";
        foreach (var next in plain)
        {
            var longer = phrase + (char)next;
            if (longer.Length == 1 || table.ContainsKey(longer))
            {
                phrase = longer;
                continue;
            }

            Write(CodeOf(phrase));
            table[longer] = 258 + table.Count;
            width = 258 + table.Count >= 2048 ? 12 : 258 + table.Count >= 1024 ? 11 : 258 + table.Count >= 512 ? 10 : 9;
            phrase = ((char)next).ToString();
            if (258 + table.Count == 4094)
            {
                Write(256);
                table.Clear();
                width = 9;
            }
        }

        Write(CodeOf(phrase));
        width = 258 + table.Count + 1 >= 2048 ? 12 : 258 + table.Count + 1 >= 1024 ? 11 : 258 + table.Count + 1 >= 512 ? 10 : 9;
        Write(257);
        packed.Add((byte)(bits << (8 - count)));
        return [.. packed];
    }

    private byte[] Place(int type, long[] values)
    {
        var size = type switch { 1 or 2 => 1, 3 => 2, _ => 4 };
        var bytes = values.SelectMany(value => Bytes(size, value)).ToArray();
        if (bytes.Length <= 4)
        {
            return [.. bytes, .. new byte[4 - bytes.Length]];
        }

        var at = _file.Count;
        _file.AddRange(bytes);
        return Bytes(4, at);
    }

    private void Add(int size, long value) => _file.AddRange(Bytes(size, value));

    private void Patch(int position, int size, long value)
    {
        var bytes = Bytes(size, value);
        for (var i = 0; i < size; i++)
        {
            _file[position + i] = bytes[i];
        }
    }

    private byte[] Bytes(int size, long value)
    {
        var bytes = new byte[8];
        if (bigEndian)
        {
            BinaryPrimitives.WriteInt64BigEndian(bytes, value);
            return bytes[(8 - size)..];
        }

        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes[..size];
    }
}
