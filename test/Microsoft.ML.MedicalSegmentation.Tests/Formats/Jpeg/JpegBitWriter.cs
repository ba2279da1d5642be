namespace Microsoft.ML.MedicalSegmentation.Formats.Jpeg;

/// <summary>Writes the bits of a scan, with a zero stuffed after each 0xFF.</summary>
internal sealed class JpegBitWriter(List<byte> file)
{
    private int _byte;
    private int _count;

    public void Write(int value, int count)
    {
        for (var bit = count - 1; bit >= 0; bit--)
        {
            _byte = (_byte << 1) | (value >> bit & 1);
            if (++_count == 8)
            {
                file.Add((byte)_byte);
                if (_byte == 0xFF)
                {
                    file.Add(0);
                }

                (_byte, _count) = (0, 0);
            }
        }
    }

    /// <summary>Writes a code of the table in which each value is its own code of nine bits, but the last has ten.</summary>
    public void WriteCode(int value) => Write(value < 255 ? value : 510, value < 255 ? 9 : 10);

    /// <summary>Writes how many zeros come before a number, its size, and the number.</summary>
    public void WriteNumber(int zeros, int number)
    {
        var size = 0;
        while (Math.Abs(number) >> size != 0)
        {
            size++;
        }

        WriteCode((zeros << 4) | size);
        Write(number >= 0 ? number : number + (1 << size) - 1, size);
    }

    public void Restart(int index)
    {
        Finish();
        file.AddRange([0xFF, (byte)(0xD0 + (index % 8))]);
    }

    public void Finish()
    {
        while (_count > 0)
        {
            Write(1, 1);
        }
    }
}
