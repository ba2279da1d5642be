using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation.Formats.Images;

/// <summary>Where the pixels of a picture lie: a picture file holds a pixel size at most, never a position in a patient.</summary>
/// <remarks>
/// As ITK does, the first pixel lies at the origin, x runs to the patient's left and y to posterior ("LPS"), so that a
/// viewer shows the picture upright. Pixels and slices are 1 mm apart unless the file states a size.
/// </remarks>
internal static class ImageGeometry
{
    private const double MillimetresPerInch = 25.4;

    // What drawing programs and cameras write without asking: it is about printers and says nothing of the patient.
    private static readonly int[] PrintDensities = [72, 96, 120, 144, 150, 300, 600, 1200];

    /// <summary>Pixels of 1 mm.</summary>
    public static VolumeGeometry Unknown { get; } = Of(1, 1);

    /// <summary>Pixels of a size in mm.</summary>
    public static VolumeGeometry Of(double x, double y, double z = 1)
        => new(new AffineTransform(new(-x, 0, 0), new(0, -y, 0), new(0, 0, z), default));

    /// <summary>Pixels at a density that a file states; 1 mm with a note where it states none, or one of printers.</summary>
    /// <param name="x">Pixels along x in a millimetre; 0 if it is not stated.</param>
    /// <param name="y">Pixels along y in a millimetre; 0 if it is not stated.</param>
    /// <param name="field">The field that gave them.</param>
    /// <param name="report">Receives the note.</param>
    /// <param name="z">Distance of slices in mm.</param>
    public static VolumeGeometry FromDensity(double x, double y, string field, HeaderReport report, double z = 1)
    {
        if (!(x > 0 && y > 0 && double.IsFinite(1 / x) && double.IsFinite(1 / y)))
        {
            report.Note("The file states no size of a pixel; 1 mm was used.");
            return Of(1, 1, z);
        }

        if (IsPrintDensity(x) && IsPrintDensity(y))
        {
            report.Note(
                FormattableString.Invariant(
                    $"{field} is {x * MillimetresPerInch:0} dots per inch, which programs write for printers; pixels of 1 mm were used."
                )
            );
            return Of(1, 1, z);
        }

        return GeometryCheck.Create(new AffineTransform(new(-1 / x, 0, 0), new(0, -1 / y, 0), new(0, 0, z), default), field, report);
    }

    private static bool IsPrintDensity(double perMillimetre)
        => Array.Exists(PrintDensities, density => Math.Abs((perMillimetre * MillimetresPerInch) - density) < 0.02);
}
