// Stands in for internals of Microsoft.ML.ImageAnalytics: which colours of a picture go where in a vector.
using Microsoft.ML.Data;
using static Microsoft.ML.Transforms.Image.ImagePixelExtractingEstimator;

namespace Microsoft.ML.ImageAnalytics;

internal sealed record PixelExtraction(ColorBits Colors, ColorsOrder Order, bool IsInterleaved, float Offset, float Scale, bool AsFloats)
{
    public int Planes => int.PopCount((int)(Colors & ColorBits.All));

    public float Scaled(byte color) => (color - Offset) * Scale;

    public PixelExtraction Checked()
    {
        if (Planes == 0 || !Enum.IsDefined(Order))
        {
            throw new ArgumentOutOfRangeException("colorsToExtract", "Need to use at least one color plane, in a known order.");
        }

        // Bytes are given as they are.
        return !AsFloats ? this with { Offset = 0, Scale = 1 }
            : float.IsFinite(Offset) && float.IsFinite(Scale) && Scale != 0 ? this
            : throw new ArgumentOutOfRangeException("scaleImage", "Offset and scale must be finite, and scale not 0.");
    }

    public void Extract<T>(MLImage image, Span<T> values, Func<byte, T> convert)
    {
        var pixels = image.Pixels;
        var places = Order.ToString().Select(color => (Bit: BitOf(color), Place: PlaceOf(color, image.PixelFormat)))
            .Where(color => Colors.HasFlag(color.Bit)).Select(color => color.Place).ToArray();
        var count = pixels.Length / 4;
        for (var plane = 0; plane < places.Length; plane++)
        {
            for (var i = 0; i < count; i++)
            {
                values[IsInterleaved ? (i * places.Length) + plane : (plane * count) + i] = convert(pixels[(4 * i) + places[plane]]);
            }
        }
    }

    private static ColorBits BitOf(char color) => color switch
    {
        'A' => ColorBits.Alpha,
        'R' => ColorBits.Red,
        'G' => ColorBits.Green,
        _ => ColorBits.Blue,
    };

    private static int PlaceOf(char color, MLPixelFormat format) => color switch
    {
        'A' => 3,
        'G' => 1,
        _ => color == 'R' == (format == MLPixelFormat.Bgra32) ? 2 : 0,
    };
}
