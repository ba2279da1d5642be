using System.Globalization;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Series;

/// <summary>Where a frame lies, in DICOM's own LPS+ millimetres.</summary>
/// <param name="Position">Centre of the first pixel; null if the file gives none.</param>
/// <param name="Row">Unit direction in which the column index grows.</param>
/// <param name="Column">Unit direction in which the row index grows.</param>
/// <param name="SpacingX">Distance between columns.</param>
/// <param name="SpacingY">Distance between rows.</param>
/// <param name="Thickness">Distance to the next slice as the file states it; null if it does not.</param>
internal sealed record DicomPlane(Vector3D? Position, Vector3D Row, Vector3D Column, double SpacingX, double SpacingY, double? Thickness)
{
    /// <summary>Distance between the centres of neighbouring slices as the file states it; null if it does not.</summary>
    public double? SpacingBetweenSlices { get; private init; }

    // Nothing is farther away; beyond lie damaged files.
    private const double FarthestPosition = 1e7;

    /// <summary>Unit direction across the slices.</summary>
    public Vector3D Normal { get; init; } = Vector3D.Cross(Row, Column) is var n && n.Length > 0 ? n * (1 / n.Length) : new(0, 0, 1);

    /// <summary>Reads the plane of one frame.</summary>
    /// <param name="groups">The data sets that describe it.</param>
    /// <param name="notes">Receives what had to be assumed.</param>
    /// <param name="detector">Holds position and orientation in nuclear medicine; null elsewhere.</param>
    public static DicomPlane Read(DicomFrameGroups groups, ICollection<string> notes, DicomDataSet? detector = null)
    {
        var place = groups.Find(DicomTags.PlanePositionSequence, DicomTags.ImagePositionPatient) ?? detector;
        var position = place?.Numbers(DicomTags.ImagePositionPatient, 3);
        if (position?.Any(p => Math.Abs(p) > FarthestPosition) == true)
        {
            throw groups.Root.Fault(
                DicomTags.ImagePositionPatient,
                FormattableString.Invariant(
                    $"it has coordinates up to {position.Max(Math.Abs)} mm; at most {FarthestPosition} make sense. The file is damaged"
                )
            );
        }

        var (row, column) = ReadOrientation(
            groups.Find(DicomTags.PlaneOrientationSequence, DicomTags.ImageOrientationPatient) ?? detector,
            notes
        );
        var (x, y) = DicomPixelSize.Read(groups, notes);
        var between = groups.Find(DicomTags.PixelMeasuresSequence, DicomTags.SpacingBetweenSlices)?.Number(DicomTags.SpacingBetweenSlices);
        var thickness = groups.Find(DicomTags.PixelMeasuresSequence, DicomTags.SliceThickness)?.Number(DicomTags.SliceThickness);
        between = DicomPixelSize.IsPossible(between) ? between : null;
        var step = between ?? (DicomPixelSize.IsPossible(thickness) ? thickness : null);
        return new(position is [var px, var py, var pz] ? new(px, py, pz) : null, row, column, x, y, step)
        {
            SpacingBetweenSlices = between,
        };
    }

    private static (Vector3D Row, Vector3D Column) ReadOrientation(DicomDataSet? set, ICollection<string> notes)
    {
        if (set?.Numbers(DicomTags.ImageOrientationPatient, 6) is not [var rx, var ry, var rz, var cx, var cy, var cz])
        {
            DicomPixelSize.AddOnce(
                notes,
                "The file has no Image Orientation (Patient); rows to the patient's left and columns to posterior were assumed."
            );
            return (new(1, 0, 0), new(0, 1, 0));
        }

        var (row, column) = (new Vector3D(rx, ry, rz), new Vector3D(cx, cy, cz));
        if (!(Math.Abs(row.Length - 1) < 1e-2 && Math.Abs(column.Length - 1) < 1e-2 && Math.Abs(Vector3D.Dot(row, column)) < 1e-2))
        {
            throw set.Fault(
                DicomTags.ImageOrientationPatient,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"it has lengths {row.Length:0.####} and {column.Length:0.####} and cosine {Vector3D.Dot(row, column):0.####}; "
                        + $"it must be two unit vectors at right angles. Set the position anew from the original images"
                )
            );
        }

        return (row * (1 / row.Length), column * (1 / column.Length));
    }
}
