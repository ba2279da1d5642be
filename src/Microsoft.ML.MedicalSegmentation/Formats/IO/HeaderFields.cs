using System.Buffers.Binary;
using System.Text;

namespace Microsoft.ML.MedicalSegmentation.Formats.IO;

/// <summary>
/// Moves fields between a binary header and variables, in either direction and byte order, so that a layout is written down once.
/// </summary>
/// <param name="bytes">The header.</param>
/// <param name="bigEndian">Its byte order.</param>
/// <param name="writing">True moves variables into the header.</param>
internal readonly ref struct HeaderFields(Span<byte> bytes, bool bigEndian, bool writing)
{
    private readonly Span<byte> _bytes = bytes;

    public void Int8(int offset, ref int value)
    {
        if (writing)
        {
            _bytes[offset] = (byte)value;
        }
        else
        {
            value = _bytes[offset];
        }
    }

    public void Int16(int offset, ref int value) => value = (short)Move(offset, 2, (ushort)(short)value);

    public void Int16(int offset, ref long value) => value = (short)Move(offset, 2, (ushort)(short)value);

    public void Int32(int offset, ref int value) => value = (int)Move(offset, 4, (uint)value);

    public void Int64(int offset, ref long value) => value = (long)Move(offset, 8, (ulong)value);

    public void Single(int offset, ref double value)
        => value = BitConverter.UInt32BitsToSingle((uint)Move(offset, 4, BitConverter.SingleToUInt32Bits((float)value)));

    public void Double(int offset, ref double value)
        => value = BitConverter.UInt64BitsToDouble(Move(offset, 8, BitConverter.DoubleToUInt64Bits(value)));

    public void Singles(int offset, double[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            Single(offset + (4 * i), ref values[i]);
        }
    }

    public void Doubles(int offset, double[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            Double(offset + (8 * i), ref values[i]);
        }
    }

    /// <summary>
    /// Text in a fixed number of bytes, without the zeros at its end; bytes stand for Latin-1 characters, so that none is lost.
    /// </summary>
    public void Text(int offset, int length, ref string value)
    {
        var field = _bytes.Slice(offset, length);
        if (writing)
        {
            field.Clear();
            Encoding.Latin1.GetBytes(value.AsSpan(0, Math.Min(value.Length, length)), field);
            return;
        }

        value = Encoding.Latin1.GetString(field.TrimEnd((byte)0));
    }

    private ulong Move(int offset, int size, ulong value)
    {
        var field = _bytes.Slice(offset, size);
        Span<byte> wide = stackalloc byte[8];
        if (writing)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(wide, value);
            wide[..size].CopyTo(field);
            if (bigEndian)
            {
                field.Reverse();
            }

            return value;
        }

        field.CopyTo(wide);
        if (bigEndian)
        {
            wide[..size].Reverse();
        }

        return BinaryPrimitives.ReadUInt64LittleEndian(wide);
    }
}
