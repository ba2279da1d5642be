using System.Globalization;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Series;

/// <summary>Finds the distances of pixels, and notes what had to be assumed.</summary>
/// <remarks>
/// Pixel Spacing; where it is absent, the spacing at the detector (Imager Pixel Spacing) or of a scanned film, then the regions of
/// an ultrasound image, then the ratio of a pixel's sides alone.
/// </remarks>
internal static class DicomPixelSize
{
    // No pixel is smaller or larger; beyond lie damaged files.
    private const double Smallest = 1e-6;
    private const double Largest = 1e5;

    private const int Centimetres = 3;

    /// <summary>True for a distance that can be.</summary>
    public static bool IsPossible(double? distance) => distance is >= Smallest and <= Largest;

    /// <summary>Distance between columns, and between rows, in mm.</summary>
    /// <param name="groups">The data sets of the frame.</param>
    /// <param name="notes">Receives what was assumed, once.</param>
    public static (double X, double Y) Read(DicomFrameGroups groups, ICollection<string> notes)
    {
        if (groups.Find(DicomTags.PixelMeasuresSequence, DicomTags.PixelSpacing) is { } measures)
        {
            return Read(measures, DicomTags.PixelSpacing);
        }

        var root = groups.Root;
        if (root.Has(DicomTags.ImagerPixelSpacing))
        {
            AddOnce(
                notes,
                "The file has no Pixel Spacing; Imager Pixel Spacing was used, which is that at the detector, not in the patient."
            );
            return Read(root, DicomTags.ImagerPixelSpacing);
        }

        if (root.Has(DicomTags.NominalScannedPixelSpacing))
        {
            AddOnce(notes, "The file has no Pixel Spacing; Nominal Scanned Pixel Spacing was used, which is that of a film.");
            return Read(root, DicomTags.NominalScannedPixelSpacing);
        }

        return ReadRegions(root, notes) ?? ReadRatio(root, notes);
    }

    /// <summary>Adds a note that is not there yet: all slices of a series say the same.</summary>
    public static void AddOnce(ICollection<string> notes, string note)
    {
        if (!notes.Contains(note))
        {
            notes.Add(note);
        }
    }

    private static (double X, double Y)? ReadRegions(DicomDataSet root, ICollection<string> notes)
    {
        var regions = root.Items(DicomTags.SequenceOfUltrasoundRegions)
            .Select(r =>
                (
                    UnitX: r.Number(DicomTags.PhysicalUnitsXDirection),
                    UnitY: r.Number(DicomTags.PhysicalUnitsYDirection),
                    X: Math.Abs(r.Number(DicomTags.PhysicalDeltaX) ?? 0) * 10,
                    Y: Math.Abs(r.Number(DicomTags.PhysicalDeltaY) ?? 0) * 10
                )
            )
            .ToList();
        if (regions.Count == 0)
        {
            return null;
        }

        var first = regions[0];
        if (
            regions.TrueForAll(r => r == first)
            && first.UnitX == Centimetres
            && first.UnitY == Centimetres
            && IsPossible(first.X)
            && IsPossible(first.Y)
        )
        {
            AddOnce(notes, "The file has no Pixel Spacing; the distances of its ultrasound region were used.");
            return (first.X, first.Y);
        }

        AddOnce(
            notes,
            $"The file has no Pixel Spacing, and its {regions.Count} ultrasound region(s) have no common distance in centimetres; "
                + "pixels of 1 mm were assumed."
        );
        return (1, 1);
    }

    private static (double X, double Y) ReadRatio(DicomDataSet root, ICollection<string> notes)
    {
        if (
            root.Numbers(DicomTags.PixelAspectRatio) is [var vertical, var horizontal]
            && vertical > 0
            && horizontal > 0
            && vertical != horizontal
        )
        {
            var ratio = vertical / horizontal;
            AddOnce(
                notes,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The file has no Pixel Spacing; 1 mm between columns was assumed, and {ratio:0.####} "
                        + $"mm between rows by the Pixel Aspect Ratio."
                )
            );
            return (1, ratio);
        }

        AddOnce(notes, "The file has no Pixel Spacing; pixels of 1 mm were assumed.");
        return (1, 1);
    }

    private static (double X, double Y) Read(DicomDataSet set, DicomTag tag)
    {
        // The standard gives the distance between rows first.
        var spacing = set.Numbers(tag, 2) ?? [1, 1];
        return spacing.All(s => IsPossible(s))
            ? (spacing[1], spacing[0])
            : throw set.Fault(
                tag,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"it is {spacing[0]} by {spacing[1]}; distances must be {Smallest} to {Largest} mm. "
                        + $"Set the spacing anew from the original images"
                )
            );
    }
}
