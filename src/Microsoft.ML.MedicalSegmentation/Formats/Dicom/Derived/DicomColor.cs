namespace Microsoft.ML.MedicalSegmentation;

/// <summary>A colour that a segment is recommended to be shown in: CIELab, D50 white, as DICOM keeps it.</summary>
/// <param name="Lightness">L*, 0 (black) to 100 (white).</param>
/// <param name="A">a*, -128 (green) to 127 (red).</param>
/// <param name="B">b*, -128 (blue) to 127 (yellow).</param>
public readonly record struct DicomColor(double Lightness, double A, double B)
{
    // D50 white of the ICC profile connection space, and the sRGB primaries adapted to it (Bradford).
    private const double WhiteX = 0.9642;
    private const double WhiteZ = 0.8249;
    private const double Kappa = 903.3;
    private const double Epsilon = 0.008856;

    /// <summary>Converts a colour of a screen.</summary>
    /// <remarks>http://www.brucelindbloom.com/index.html?Math.html.</remarks>
    public static DicomColor FromRgb(byte red, byte green, byte blue)
    {
        var (r, g, b) = (Linear(red), Linear(green), Linear(blue));
        var x = Compress(((0.4360747 * r) + (0.3850649 * g) + (0.1430804 * b)) / WhiteX);
        var y = Compress((0.2225045 * r) + (0.7168786 * g) + (0.0606169 * b));
        var z = Compress(((0.0139322 * r) + (0.0971045 * g) + (0.7141733 * b)) / WhiteZ);
        return new((116 * y) - 16, 500 * (x - y), 200 * (y - z));
    }

    /// <summary>Converts to a colour of a screen; what a screen cannot show is clipped.</summary>
    public (byte Red, byte Green, byte Blue) ToRgb()
    {
        var y = (Lightness + 16) / 116;
        var (x, z) = (Expand(y + (A / 500)) * WhiteX, Expand(y - (B / 200)) * WhiteZ);
        y = Expand(y);
        return (
            Encode((3.1338561 * x) - (1.6168667 * y) - (0.4906146 * z)),
            Encode((-0.9787684 * x) + (1.9161415 * y) + (0.0334540 * z)),
            Encode((0.0719453 * x) - (0.2289914 * y) + (1.4052427 * z)));
    }

    /// <summary>The three numbers from 0 to 65,535 of Recommended Display CIELab Value.</summary>
    internal ushort[] ToStored() => [Store(Lightness / 100), Store((A + 128) / 255), Store((B + 128) / 255)];

    internal static DicomColor FromStored(double[] stored)
        => new(stored[0] / 65535 * 100, (stored[1] / 65535 * 255) - 128, (stored[2] / 65535 * 255) - 128);

    private static ushort Store(double share) => (ushort)Math.Round(Math.Clamp(share, 0, 1) * 65535);

    private static double Linear(byte value)
    {
        var v = value / 255.0;
        return v <= 0.04045 ? v / 12.92 : Math.Pow((v + 0.055) / 1.055, 2.4);
    }

    private static byte Encode(double linear)
    {
        var v = linear <= 0.0031308 ? 12.92 * linear : (1.055 * Math.Pow(linear, 1 / 2.4)) - 0.055;
        return (byte)Math.Round(Math.Clamp(v, 0, 1) * 255);
    }

    private static double Compress(double t) => t > Epsilon ? Math.Cbrt(t) : ((Kappa * t) + 16) / 116;

    private static double Expand(double t) => t * t * t > Epsilon ? t * t * t : ((116 * t) - 16) / Kappa;
}
