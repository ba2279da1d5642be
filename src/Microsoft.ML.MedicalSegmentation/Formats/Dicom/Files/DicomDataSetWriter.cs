using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;

/// <summary>A data set to be written in Explicit or Implicit VR Little Endian, attributes in ascending order of tags.</summary>
internal sealed class DicomDataSetWriter
{
    private const int LongestShortLength = 0xFFFE;

    private readonly SortedDictionary<DicomTag, (string Vr, byte[] Value, IReadOnlyList<DicomDataSetWriter> Items)> _elements = [];

    /// <summary>Texts, one after the other.</summary>
    public DicomDataSetWriter Add(string keyword, params string[] values)
    {
        var vr = Vr(keyword, out var tag);
        return Put(tag, vr, Encoding.UTF8.GetBytes(string.Join('\\', values)));
    }

    /// <summary>Decimals; 16 characters at most, so the precision is that of single precision numbers or better.</summary>
    public DicomDataSetWriter AddDecimals(string keyword, params double[] values) => Add(keyword, [.. values.Select(Decimal)]);

    /// <summary>Whole numbers, in the size of the attribute.</summary>
    public DicomDataSetWriter AddIntegers(string keyword, params int[] values)
    {
        var vr = Vr(keyword, out var tag);
        if (vr == "IS")
        {
            return Add(keyword, [.. values.Select(v => v.ToString(CultureInfo.InvariantCulture))]);
        }

        var size = vr == "US" ? 2 : 4;
        var bytes = new byte[size * values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            if (size == 2)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2 * i), checked((ushort)values[i]));
            }
            else
            {
                BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4 * i), checked((uint)values[i]));
            }
        }

        return Put(tag, vr, bytes);
    }

    /// <summary>The tag of another attribute.</summary>
    public DicomDataSetWriter AddTag(string keyword, string target)
    {
        var vr = Vr(keyword, out var tag);
        var value = DicomDictionary.Tag(target);
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)value.Group);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2), (ushort)value.Element);
        return Put(tag, vr, bytes);
    }

    /// <summary>Numbers in double precision.</summary>
    public DicomDataSetWriter AddDoubles(string keyword, params double[] values)
    {
        var vr = Vr(keyword, out var tag);
        var bytes = new byte[8 * values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(8 * i), values[i]);
        }

        return Put(tag, vr, bytes);
    }

    /// <summary>Data sets within this one.</summary>
    public DicomDataSetWriter AddItems(string keyword, IEnumerable<DicomDataSetWriter> items)
    {
        _ = Vr(keyword, out var tag);
        _elements[tag] = ("SQ", [], [.. items]);
        return this;
    }

    /// <summary>Bytes as another file has them; the text of patients passes here without being read.</summary>
    public DicomDataSetWriter AddRaw(string keyword, byte[] value)
    {
        var vr = Vr(keyword, out var tag);
        return Put(tag, vr, value);
    }

    /// <summary>True where texts can stand under UTF-8 as they are.</summary>
    public bool IsAsciiOrUtf8() =>
        (
            _elements.TryGetValue(DicomDictionary.Tag("SpecificCharacterSet"), out var set)
            && Encoding.ASCII.GetString(set.Value).Trim() == "ISO_IR 192"
        ) || _elements.Values.All(e => e.Vr is "SQ" or "OB" or "OW" or "US" or "UL" or "FD" or "AT" || Ascii.IsValid(e.Value));

    /// <summary>All attributes as the file has them.</summary>
    /// <param name="isExplicit">False leaves out value representations: values then may be longer than 64 KiB.</param>
    /// <exception cref="ArgumentException">A value is too long for its value representation.</exception>
    public byte[] ToBytes(bool isExplicit = true)
    {
        var stream = new MemoryStream();
        WriteTo(stream, isExplicit);
        return stream.ToArray();
    }

    /// <summary>Writes tag, value representation and length.</summary>
    public static void WriteStart(Stream stream, DicomTag tag, string vr, long length, bool isExplicit = true)
    {
        Span<byte> bytes = stackalloc byte[12];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)tag.Group);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[2..], (ushort)tag.Element);
        if (!isExplicit)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], checked((uint)length));
            stream.Write(bytes[..8]);
            return;
        }

        (bytes[4], bytes[5]) = ((byte)vr[0], (byte)vr[1]);
        if (DicomValueRepresentations.HasLongLength(vr))
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], checked((uint)length));
            stream.Write(bytes);
            return;
        }

        BinaryPrimitives.WriteUInt16LittleEndian(bytes[6..], (ushort)length);
        stream.Write(bytes[..8]);
    }

    private void WriteTo(MemoryStream stream, bool isExplicit)
    {
        foreach (var (tag, (vr, value, items)) in _elements)
        {
            if (vr == "SQ")
            {
                WriteStart(stream, tag, vr, 0, isExplicit);
                WriteWithLength(stream, () => WriteItems(stream, items, isExplicit));
                continue;
            }

            if (isExplicit && !DicomValueRepresentations.HasLongLength(vr) && value.Length > LongestShortLength)
            {
                throw new ArgumentException($"The attribute {tag} has {value.Length} bytes; at most {LongestShortLength} can be written.");
            }

            WriteStart(stream, tag, vr, value.Length, isExplicit);
            stream.Write(value);
        }
    }

    private static void WriteItems(MemoryStream stream, IReadOnlyList<DicomDataSetWriter> items, bool isExplicit)
    {
        foreach (var item in items)
        {
            stream.Write([0xFE, 0xFF, 0x00, 0xE0, 0, 0, 0, 0]);
            WriteWithLength(stream, () => item.WriteTo(stream, isExplicit));
        }
    }

    /// <summary>Writes, and then puts the length of what was written into the four bytes before it.</summary>
    private static void WriteWithLength(MemoryStream stream, Action write)
    {
        var start = stream.Position;
        write();
        var end = stream.Position;
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(length, checked((uint)(end - start)));
        stream.Position = start - length.Length;
        stream.Write(length);
        stream.Position = end;
    }

    private static string Vr(string keyword, out DicomTag tag)
    {
        tag = DicomDictionary.Tag(keyword);
        return DicomDictionary.VrOf(tag) ?? throw new InvalidOperationException($"There is no attribute {keyword} in the dictionary.");
    }

    private DicomDataSetWriter Put(DicomTag tag, string vr, byte[] value)
    {
        // Values have even lengths; texts end in a space, identifiers and bytes in a zero.
        _elements[tag] = (vr, value.Length % 2 == 0 ? value : [.. value, (byte)(vr is "UI" or "OB" ? 0 : ' ')], []);
        return this;
    }

    private static string Decimal(double value)
    {
        // The most digits that fit 16 characters.
        for (var digits = 15; digits > 1; digits--)
        {
            var text = value.ToString($"G{digits}", CultureInfo.InvariantCulture);
            if (text.Length <= 16)
            {
                return text;
            }
        }

        return value.ToString("G2", CultureInfo.InvariantCulture);
    }
}
