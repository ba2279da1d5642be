using System.Buffers.Binary;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Pixels;

/// <summary>DICOM's RLE Lossless: one PackBits segment for each byte of each sample, the most significant byte first.</summary>
/// <remarks>Part 5 of the standard, annex G.</remarks>
internal sealed class RleDecoder : IDicomPixelDecoder
{
    private const int HeaderLength = 64;

    /// <summary>Two bytes give at most a run of 128.</summary>
    public int LargestRatio => 64;

    public bool CanDecode(string transferSyntaxUid) => transferSyntaxUid == "1.2.840.10008.1.2.5";

    public void Decode(DicomFrameFormat format, ReadOnlySpan<byte> compressed, Span<byte> frame)
    {
        var sampleSize = format.BitsAllocated / 8;
        var segments = sampleSize * format.SamplesPerPixel;
        if (compressed.Length < HeaderLength || BinaryPrimitives.ReadUInt32LittleEndian(compressed) != segments || segments > 15)
        {
            throw new InvalidDataException($"the RLE header does not announce {segments} segments");
        }

        for (var segment = 0; segment < segments; segment++)
        {
            var start = BinaryPrimitives.ReadUInt32LittleEndian(compressed[(4 + (4 * segment))..]);
            if (start < HeaderLength || start > compressed.Length)
            {
                throw new InvalidDataException($"RLE segment {segment} starts at byte {start} of {compressed.Length}");
            }

            var (sample, significance) = Math.DivRem(segment, sampleSize);
            var first = (sample * sampleSize) + (sampleSize - 1 - significance);
            DecodeSegment(compressed[(int)start..], frame[first..], segments, format.Columns * format.Rows);
        }
    }

    private static void DecodeSegment(ReadOnlySpan<byte> packed, Span<byte> frame, int stride, int count)
    {
        var (from, written) = (0, 0);
        while (written < count)
        {
            if (from >= packed.Length)
            {
                throw new InvalidDataException($"an RLE segment ends after {written} of {count} bytes");
            }

            var control = (sbyte)packed[from++];
            if (control == -128)
            {
                continue;
            }

            var isRun = control < 0;
            var length = Math.Min(isRun ? 1 - control : control + 1, count - written);
            if (from + (isRun ? 1 : length) > packed.Length)
            {
                throw new InvalidDataException($"an RLE segment ends after {written} of {count} bytes");
            }

            for (var i = 0; i < length; i++, written++)
            {
                frame[written * stride] = packed[isRun ? from : from + i];
            }

            from += isRun ? 1 : length;
        }
    }
}
