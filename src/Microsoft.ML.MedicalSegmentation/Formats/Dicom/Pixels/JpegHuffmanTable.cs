namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Pixels;

/// <summary>One Huffman table of a lossless JPEG: codes of 1 to 16 bits for the number of bits of a difference.</summary>
/// <remarks>ITU-T T.81, annexes C and F.2.2.</remarks>
internal sealed class JpegHuffmanTable
{
    private const int MaximumCodeLength = 16;

    private readonly int[] _firstCode = new int[MaximumCodeLength + 1];
    private readonly int[] _firstIndex = new int[MaximumCodeLength + 1];
    private readonly int[] _counts = new int[MaximumCodeLength + 1];
    private readonly byte[] _values;

    private JpegHuffmanTable(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> values)
    {
        _values = values.ToArray();
        var (code, index) = (0, 0);
        for (var length = 1; length <= MaximumCodeLength; length++)
        {
            (_firstCode[length], _firstIndex[length], _counts[length]) = (code, index, counts[length - 1]);
            index += counts[length - 1];
            code = (code + counts[length - 1]) << 1;
            if (code > 1 << (length + 1))
            {
                throw new InvalidDataException("a Huffman table has more codes than its lengths allow");
            }
        }
    }

    /// <summary>Reads all tables of a DHT segment.</summary>
    public static void Read(ReadOnlySpan<byte> segment, JpegHuffmanTable?[] tables)
    {
        while (segment.Length > 0)
        {
            var total = 0;
            for (var i = 1; i <= MaximumCodeLength && i < segment.Length; i++)
            {
                total += segment[i];
            }

            if (segment.Length < 1 + MaximumCodeLength + total || segment[0] >> 4 != 0 || segment[0] > 3)
            {
                throw new InvalidDataException("a Huffman table is cut short, or is none of a lossless JPEG");
            }

            tables[segment[0]] = new(segment.Slice(1, MaximumCodeLength), segment.Slice(1 + MaximumCodeLength, total));
            segment = segment[(1 + MaximumCodeLength + total)..];
        }
    }

    /// <summary>Reads one difference, modulo 2^16.</summary>
    public int ReadDifference(ref JpegBitReader bits)
    {
        var size = ReadSize(ref bits);
        if (size == 0)
        {
            return 0;
        }

        if (size == 16)
        {
            return 32768;
        }

        var value = bits.ReadBits(size);
        return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
    }

    private int ReadSize(ref JpegBitReader bits)
    {
        var code = 0;
        for (var length = 1; length <= MaximumCodeLength; length++)
        {
            code = (code << 1) | bits.ReadBit();
            var offset = code - _firstCode[length];
            if (offset >= 0 && offset < _counts[length])
            {
                return _values[_firstIndex[length] + offset] is <= 16 and var size
                    ? size
                    : throw new InvalidDataException("a Huffman table has a difference of more than 16 bits");
            }
        }

        throw new InvalidDataException("the JPEG has a code that its Huffman table lacks");
    }
}
