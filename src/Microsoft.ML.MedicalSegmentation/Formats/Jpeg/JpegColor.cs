using System.Numerics.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Formats.Jpeg;

/// <summary>Turns a picture's components into grey or red, green and blue.</summary>
/// <remarks>JFIF 1.02, https://www.w3.org/Graphics/JPEG/jfif3.pdf, in integers with 16 bits of fraction, rounded as libjpeg does.</remarks>
internal static class JpegColor
{
    private const int Half = 1 << 15;

    /// <summary>Writes all channels.</summary>
    /// <param name="frame">The picture, decoded.</param>
    /// <param name="isRgb">True where components are colours already.</param>
    /// <param name="planes">Receives width times height samples for each channel, one channel after the other.</param>
    public static void Convert(JpegFrame frame, bool isRgb, Span<byte> planes)
    {
        var (width, plane) = (frame.Width, frame.Width * frame.Height);
        var components = Array.ConvertAll(frame.Components, component => new JpegUpsampling(frame, component));
        var row = new ushort[width];
        for (var y = 0; y < frame.Height; y++)
        {
            for (var channel = 0; channel < components.Length; channel++)
            {
                components[channel].Read(y, row);
                TensorPrimitives.ConvertTruncating<ushort, byte>(row, planes.Slice((channel * plane) + (y * width), width));
            }

            if (components.Length == 3 && !isRgb)
            {
                ToRgb(
                    planes.Slice(y * width, width),
                    planes.Slice(plane + (y * width), width),
                    planes.Slice((2 * plane) + (y * width), width)
                );
            }
        }
    }

    private static void ToRgb(Span<byte> first, Span<byte> second, Span<byte> third)
    {
        for (var x = 0; x < first.Length; x++)
        {
            int luma = first[x], blue = second[x] - 128, red = third[x] - 128;
            first[x] = Clamp(luma + (((91881 * red) + Half) >> 16));
            second[x] = Clamp(luma + (((-22554 * blue) - (46802 * red) + Half) >> 16));
            third[x] = Clamp(luma + (((116130 * blue) + Half) >> 16));
        }
    }

    private static byte Clamp(int value) => (byte)Math.Clamp(value, 0, 255);
}
