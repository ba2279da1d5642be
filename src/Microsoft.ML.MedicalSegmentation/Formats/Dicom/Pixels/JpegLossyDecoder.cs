using System.Runtime.InteropServices;
using Microsoft.ML.MedicalSegmentation.Formats.Jpeg;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Pixels;

/// <summary>JPEG Baseline (process 1), Extended (2 and 4) and the retired progressive processes, of 8 and 12 bits.</summary>
/// <remarks>
/// The components are those of the stream: chroma stays chroma where the image is YBR, as its Photometric Interpretation says.
/// A stream that states luma and chroma (JFIF, Adobe's mark) under an image that says RGB, or the other way round, is converted to
/// what the image says.
/// </remarks>
internal sealed class JpegLossyDecoder : IDicomPixelDecoder
{
    public bool CanDecode(string transferSyntaxUid) => transferSyntaxUid
        is "1.2.840.10008.1.2.4.50" or "1.2.840.10008.1.2.4.51" or "1.2.840.10008.1.2.4.53" or "1.2.840.10008.1.2.4.55";

    public void Decode(DicomFrameFormat format, ReadOnlySpan<byte> compressed, Span<byte> frame)
    {
        var picture = JpegPicture.Open(compressed.ToArray());
        if (
            picture.Width != format.Columns
            || picture.Height != format.Rows
            || picture.Channels != format.SamplesPerPixel
            || picture.Precision > format.BitsAllocated
            || format.BitsAllocated > 16
        )
        {
            throw new InvalidDataException(
                $"the JPEG has {picture.Width} x {picture.Height} pixels of {picture.Channels} samples with {picture.Precision} "
                    + $"bits; the header says {format.Columns} x {format.Rows}, {format.SamplesPerPixel}, at most "
                    + $"{Math.Min(format.BitsAllocated, 16)}"
            );
        }

        picture.RequireData();
        var samples = new ushort[format.Samples];
        var channels = format.SamplesPerPixel;
        picture.DecodeComponents((component, y, row) =>
        {
            var target = (y * format.Columns * channels) + component;
            foreach (var sample in row.Span)
            {
                samples[target] = sample;
                target += channels;
            }
        });
        ConvertColours(format, picture, samples);
        if (format.BitsAllocated == 16)
        {
            MemoryMarshal.AsBytes(samples.AsSpan()).CopyTo(frame);
            return;
        }

        for (var i = 0; i < samples.Length; i++)
        {
            frame[i] = (byte)samples[i];
        }
    }

    private static void ConvertColours(DicomFrameFormat format, JpegPicture picture, ushort[] samples)
    {
        var wantsRgb = format.PhotometricInterpretation == "RGB";
        if (format.SamplesPerPixel != 3 || picture.StatesRgb() is not { } isRgb || isRgb == wantsRgb)
        {
            return;
        }

        var (middle, largest) = (1 << (picture.Precision - 1), (1 << picture.Precision) - 1);
        ushort Clamp(double value) => (ushort)Math.Clamp(Math.Round(value), 0, largest);
        for (var i = 0; i < samples.Length; i += 3)
        {
            double a = samples[i], b = samples[i + 1], c = samples[i + 2];
            (samples[i], samples[i + 1], samples[i + 2]) = wantsRgb
                ? (
                    Clamp(a + (1.402 * (c - middle))),
                    Clamp(a - (0.344136 * (b - middle)) - (0.714136 * (c - middle))),
                    Clamp(a + (1.772 * (b - middle)))
                )
                : (
                    Clamp((0.299 * a) + (0.587 * b) + (0.114 * c)),
                    Clamp((-0.168736 * a) - (0.331264 * b) + (0.5 * c) + middle),
                    Clamp((0.5 * a) - (0.418688 * b) - (0.081312 * c) + middle)
                );
        }
    }
}
