namespace Microsoft.ML.MedicalSegmentation.Formats.Jpeg;

/// <summary>A Huffman table: codes of 1 to 16 bits that stand for bytes.</summary>
/// <remarks>ITU-T T.81, annex C. Short codes are looked up at once, longer ones by their length.</remarks>
internal sealed class JpegCodes
{
    private const int LongestCode = 16;
    private const int LookedUp = 9;

    // For each pattern of the next nine bits, length and value; 0 for codes that are longer.
    private readonly ushort[] _short = new ushort[1 << LookedUp];

    // The end of the codes of each length, counted in codes of 16 bits, and what turns a code into an index of its value.
    private readonly int[] _ends = new int[LongestCode + 1];
    private readonly int[] _offsets = new int[LongestCode + 1];
    private readonly byte[] _values;

    private JpegCodes(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> values)
    {
        _values = values.ToArray();
        var (code, index) = (0, 0);
        for (var length = 1; length <= LongestCode; length++)
        {
            _offsets[length] = index - code;
            for (var i = 0; i < counts[length - 1]; i++, code++, index++)
            {
                if (code >= 1 << length)
                {
                    throw new InvalidDataException("a code table of the JPEG has more codes than their lengths allow");
                }

                if (length <= LookedUp)
                {
                    _short.AsSpan(code << (LookedUp - length), 1 << (LookedUp - length)).Fill((ushort)((length << 8) | values[index]));
                }
            }

            _ends[length] = code << (LongestCode - length);
            code <<= 1;
        }
    }

    /// <summary>Reads a table from a DHT segment.</summary>
    /// <param name="segment">From the numbers of codes on.</param>
    /// <param name="length">Bytes of the table.</param>
    public static JpegCodes Read(ReadOnlySpan<byte> segment, out int length)
    {
        var total = 0;
        for (var i = 0; i < Math.Min(LongestCode, segment.Length); i++)
        {
            total += segment[i];
        }

        length = LongestCode + total;
        return segment.Length >= length && total <= 256
            ? new(segment[..LongestCode], segment[LongestCode..length])
            : throw new InvalidDataException("a code table of the JPEG is cut short");
    }

    /// <summary>Reads one value.</summary>
    public int Decode(ref JpegBits bits)
    {
        var next = bits.Peek();
        var found = _short[next >> (LongestCode - LookedUp)];
        if (found != 0)
        {
            bits.Skip(found >> 8);
            return found & 0xFF;
        }

        for (var length = LookedUp + 1; length <= LongestCode; length++)
        {
            if (next < _ends[length])
            {
                bits.Skip(length);
                return _values[(next >> (LongestCode - length)) + _offsets[length]];
            }
        }

        throw new InvalidDataException("the JPEG has a code that its table lacks");
    }
}
