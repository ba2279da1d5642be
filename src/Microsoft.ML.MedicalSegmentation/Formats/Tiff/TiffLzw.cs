namespace Microsoft.ML.MedicalSegmentation.Formats.Tiff;

/// <summary>The LZW of TIFF 6.0, section 13: codes of 9 to 12 bits, the highest bit first, which grow one code early.</summary>
internal static class TiffLzw
{
    private const int Clear = 256, End = 257, First = 258, LargestCode = 4095;

    /// <summary>Unpacks until the target is full, or to the end mark; returns the bytes written.</summary>
    /// <exception cref="InvalidDataException">A code is not defined yet.</exception>
    public static int Unpack(ReadOnlySpan<byte> packed, Span<byte> target)
    {
        // Each code is a phrase that was written before, which starts there and has this length, and one byte more.
        var starts = new int[LargestCode + 1];
        var lengths = new int[LargestCode + 1];
        var (next, width, previous) = (First, 9, -1);
        var (bits, count, position, written) = (0u, 0, 0, 0);
        while (written < target.Length)
        {
            while (count < width && position < packed.Length)
            {
                bits = (bits << 8) | packed[position++];
                count += 8;
            }

            if (count < width)
            {
                break;
            }

            count -= width;
            var code = (int)(bits >> count) & ((1 << width) - 1);
            if (code == End)
            {
                break;
            }

            if (code == Clear)
            {
                (next, width, previous) = (First, 9, -1);
                continue;
            }

            var start = written;
            written += WritePhrase(code, next, previous, (starts, lengths), target, written);
            if (previous >= 0 && next <= LargestCode)
            {
                // The phrase before this one, and the first byte of this one, which follows it.
                (starts[next], lengths[next]) = (previous, start - previous + 1);
                next++;
            }

            previous = start;
            width = next >= 2047 ? 12 : next >= 1023 ? 11 : next >= 511 ? 10 : 9;
        }

        return written;
    }

    private static int WritePhrase(int code, int next, int previous, (int[] Starts, int[] Lengths) table, Span<byte> target, int written)
    {
        if (code < Clear)
        {
            target[written] = (byte)code;
            return 1;
        }

        // A code that is about to be defined is the phrase before and its own first byte.
        var (from, length) = code < next ? (table.Starts[code], table.Lengths[code])
            : code == next && previous >= 0 ? (previous, written - previous + 1)
            : throw new InvalidDataException($"the LZW code {code} is not defined yet");
        length = Math.Min(length, target.Length - written);
        for (var i = 0; i < length; i++)
        {
            target[written + i] = target[from + i];
        }

        return length;
    }
}
