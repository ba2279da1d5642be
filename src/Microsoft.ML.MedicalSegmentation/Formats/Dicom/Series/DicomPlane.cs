namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Where a frame lies, in DICOM's own LPS+ millimetres.</summary>
/// <param name="Position">Centre of the first pixel; null where the file gives none.</param>
/// <param name="Row">Unit direction in which the column index grows.</param>
/// <param name="Column">Unit direction in which the row index grows.</param>
/// <param name="SpacingX">Distance between columns.</param>
/// <param name="SpacingY">Distance between rows.</param>
/// <param name="Thickness">Distance to the next slice as the file states it; null where it does not.</param>
internal sealed record DicomPlane(Vector3D? Position, Vector3D Row, Vector3D Column, double SpacingX, double SpacingY, double? Thickness)
{
    /// <summary>Distance between the centres of neighbouring slices as the file states it; null where it does not.</summary>
    public double? SpacingBetweenSlices { get; private init; }

    // Nothing is farther away, and no pixel smaller; beyond lie damaged files.
    private const double FarthestPosition = 1e7;
    private const double SmallestSpacing = 1e-6;
    private const double LargestSpacing = 1e5;

    /// <summary>Unit direction across the slices.</summary>
    public Vector3D Normal { get; } = Vector3D.Cross(Row, Column) is var n && n.Length > 0 ? n * (1 / n.Length) : new(0, 0, 1);

    /// <summary>Reads the plane of one frame.</summary>
    /// <param name="find">Finds the data set that holds an attribute of a functional group; null where there is none.</param>
    /// <param name="root">The file's top data set.</param>
    public static DicomPlane Read(Func<DicomTag, DicomTag, DicomDataSet?> find, DicomDataSet root)
    {
        var position = find(DicomTags.PlanePositionSequence, DicomTags.ImagePositionPatient)?.Numbers(DicomTags.ImagePositionPatient, 3);
        if (position?.Any(p => Math.Abs(p) > FarthestPosition) == true)
        {
            throw root.Fault(DicomTags.ImagePositionPatient, FormattableString.Invariant($"it has coordinates up to {position.Max(Math.Abs)} mm; at most {FarthestPosition} make sense. The file is damaged"));
        }

        var (row, column) = ReadOrientation(find(DicomTags.PlaneOrientationSequence, DicomTags.ImageOrientationPatient));
        var measures = find(DicomTags.PixelMeasuresSequence, DicomTags.PixelSpacing);
        var (x, y) = measures is not null ? ReadSpacing(measures, DicomTags.PixelSpacing)
            : root.Has(DicomTags.ImagerPixelSpacing) ? ReadSpacing(root, DicomTags.ImagerPixelSpacing)
            : root.Has(DicomTags.NominalScannedPixelSpacing) ? ReadSpacing(root, DicomTags.NominalScannedPixelSpacing)
            : (1, 1);
        var between = find(DicomTags.PixelMeasuresSequence, DicomTags.SpacingBetweenSlices)?.Number(DicomTags.SpacingBetweenSlices);
        var thickness = find(DicomTags.PixelMeasuresSequence, DicomTags.SliceThickness)?.Number(DicomTags.SliceThickness);
        var step = between is >= SmallestSpacing and <= LargestSpacing ? between : thickness is >= SmallestSpacing and <= LargestSpacing ? thickness : null;
        return new(position is [var px, var py, var pz] ? new(px, py, pz) : null, row, column, x, y, step) { SpacingBetweenSlices = between is >= SmallestSpacing and <= LargestSpacing ? between : null };
    }

    private static (Vector3D Row, Vector3D Column) ReadOrientation(DicomDataSet? set)
    {
        if (set?.Numbers(DicomTags.ImageOrientationPatient, 6) is not [var rx, var ry, var rz, var cx, var cy, var cz])
        {
            return (new(1, 0, 0), new(0, 1, 0));
        }

        var (row, column) = (new Vector3D(rx, ry, rz), new Vector3D(cx, cy, cz));
        if (!(Math.Abs(row.Length - 1) < 1e-2 && Math.Abs(column.Length - 1) < 1e-2 && Math.Abs(Vector3D.Dot(row, column)) < 1e-2))
        {
            throw set.Fault(
                DicomTags.ImageOrientationPatient, FormattableString.Invariant($"it has lengths {row.Length:0.####} and {column.Length:0.####} and cosine {Vector3D.Dot(row, column):0.####}; it must be two unit vectors at right angles. Set the position anew from the original images"));
        }

        return (row * (1 / row.Length), column * (1 / column.Length));
    }

    private static (double X, double Y) ReadSpacing(DicomDataSet set, DicomTag tag)
    {
        // The standard gives the distance between rows first.
        var spacing = set.Numbers(tag, 2) ?? [1, 1];
        return spacing.All(s => s is >= SmallestSpacing and <= LargestSpacing)
            ? (spacing[1], spacing[0])
            : throw set.Fault(tag, FormattableString.Invariant($"it is {spacing[0]} by {spacing[1]}; distances must be {SmallestSpacing} to {LargestSpacing} mm. Set the spacing anew from the original images"));
    }
}
