namespace Microsoft.ML.MedicalSegmentation.Formats.Tiff;

/// <summary>Apple's run lengths: a count of bytes to copy, or of times to repeat one. TIFF 6.0, section 9.</summary>
internal static class TiffPackBits
{
    /// <summary>Unpacks until the target is full or the data ends; returns the bytes written.</summary>
    public static int Unpack(ReadOnlySpan<byte> packed, Span<byte> target)
    {
        var written = 0;
        while (packed.Length > 1 && written < target.Length)
        {
            var code = (sbyte)packed[0];
            packed = packed[1..];
            if (code == sbyte.MinValue)
            {
                continue;
            }

            var count = Math.Min(Math.Abs((int)code) + 1, target.Length - written);
            if (code < 0)
            {
                target.Slice(written, count).Fill(packed[0]);
                packed = packed[1..];
            }
            else
            {
                count = Math.Min(count, packed.Length);
                packed[..count].CopyTo(target[written..]);
                packed = packed[count..];
            }

            written += count;
        }

        return written;
    }
}
