namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Pixels;

/// <summary>Bits of a JPEG scan, the most significant first, without the zeros that are stuffed after 0xFF.</summary>
internal ref struct JpegBitReader(ReadOnlySpan<byte> data)
{
    private readonly ReadOnlySpan<byte> _data = data;
    private int _position;
    private uint _bits;
    private int _count;

    /// <summary>The next bit.</summary>
    public int ReadBit() => ReadBits(1);

    /// <summary>The next bits, 0 to 16 of them.</summary>
    public int ReadBits(int count)
    {
        while (_count < count)
        {
            _bits = (_bits << 8) | NextByte();
            _count += 8;
        }

        _count -= count;
        return (int)(_bits >> _count) & ((1 << count) - 1);
    }

    /// <summary>Passes what is left of the byte and the marker after it.</summary>
    public void SkipRestartMarker()
    {
        (_bits, _count) = (0, 0);
        if (_position + 1 >= _data.Length || _data[_position] != 0xFF || _data[_position + 1] is < 0xD0 or > 0xD7)
        {
            throw new InvalidDataException("the JPEG lacks a restart marker");
        }

        _position += 2;
    }

    private byte NextByte()
    {
        if (_position >= _data.Length)
        {
            throw new InvalidDataException("the JPEG ends before its last sample");
        }

        var next = _data[_position++];
        if (next == 0xFF)
        {
            if (_position >= _data.Length || _data[_position] != 0)
            {
                throw new InvalidDataException("the JPEG has a marker before its last sample");
            }

            _position++;
        }

        return next;
    }
}
