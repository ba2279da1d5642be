namespace Microsoft.ML.MedicalSegmentation.Formats.Jpeg;

/// <summary>The bits of a scan, the most significant first, without the zeros stuffed after 0xFF; ends at the next mark.</summary>
/// <param name="file">The file.</param>
/// <param name="position">Where the bits start.</param>
internal ref struct JpegBits(ReadOnlySpan<byte> file, int position)
{
    private readonly ReadOnlySpan<byte> _file = file;
    private ulong _bits;
    private int _count;

    /// <summary>The next byte that is not read yet; a mark is never passed.</summary>
    public int Position { get; private set; } = position;

    /// <summary>The next 16 bits, with zeros after the end of the data.</summary>
    public int Peek()
    {
        if (_count < 16)
        {
            Fill();
        }

        return (int)(_count >= 16 ? _bits >> (_count - 16) : _bits << (16 - _count)) & 0xFFFF;
    }

    /// <summary>Passes 1 to 16 bits.</summary>
    public void Skip(int count)
    {
        _count -= count;
        if (_count < 0)
        {
            throw new InvalidDataException("the JPEG's data ends before its last pixel; the file is cut short or damaged");
        }
    }

    /// <summary>The next bits, 0 to 16 of them.</summary>
    public int Read(int count)
    {
        var value = Peek() >> (16 - count);
        Skip(count);
        return value;
    }

    /// <summary>A number of so many bits whose first bit is the sign (T.81, F.2.2.1).</summary>
    public int ReadSigned(int count)
    {
        var value = Read(count);
        return count > 0 && value < 1 << (count - 1) ? value - (1 << count) + 1 : value;
    }

    /// <summary>Passes what is left of the byte and the restart mark after it.</summary>
    public void SkipRestart()
    {
        (_bits, _count) = (0, 0);
        while (Position < _file.Length - 2 && _file[Position] == 0xFF && _file[Position + 1] == 0xFF)
        {
            Position++;
        }

        if (
            Position > _file.Length - 2
            || _file[Position] != 0xFF
            || _file[Position + 1] is < JpegMarker.FirstRestart or > JpegMarker.LastRestart
        )
        {
            throw new InvalidDataException("the JPEG lacks a restart mark; the file is cut short or damaged");
        }

        Position += 2;
    }

    private void Fill()
    {
        while (_count <= 48 && Position < _file.Length)
        {
            var next = _file[Position];
            if (next == 0xFF)
            {
                if (Position == _file.Length - 1 || _file[Position + 1] != 0)
                {
                    return;
                }

                Position++;
            }

            Position++;
            _bits = (_bits << 8) | next;
            _count += 8;
        }
    }
}
