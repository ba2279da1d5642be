namespace Microsoft.ML.MedicalSegmentation.Formats.Voxels;

/// <summary>Turns pairs of hexadecimal digits into bytes; white space may stand anywhere.</summary>
/// <param name="text">The digits.</param>
internal sealed class HexadecimalStream(Stream text) : UnpackingStream
{
    private readonly byte[] _buffer = new byte[1 << 14];
    private int _length;
    private int _next;

    public override int Read(Span<byte> buffer)
    {
        var total = 0;
        while (total < buffer.Length)
        {
            var (high, low) = (NextDigit(), NextDigit());
            if (low < 0)
            {
                break;
            }

            buffer[total++] = (byte)((high << 4) | low);
        }

        return total;
    }

    private int NextDigit()
    {
        while (true)
        {
            if (_next == _length)
            {
                (_length, _next) = (text.Read(_buffer), 0);
                if (_length == 0)
                {
                    return -1;
                }
            }

            var character = (char)_buffer[_next++];
            if (char.IsAsciiHexDigit(character))
            {
                return Convert.ToInt32(character.ToString(), 16);
            }

            if (!char.IsWhiteSpace(character))
            {
                throw new InvalidDataException($"character {(int)character} is not a hexadecimal digit");
            }
        }
    }
}
