namespace Microsoft.ML.MedicalSegmentation.Formats.IO;

/// <summary>Makes the geometry that a header gives, or a fault where no volume can have it.</summary>
internal static class GeometryCheck
{
    /// <summary>The geometry of an index-to-world map; the identity, with a fault in the report, where it is not invertible.</summary>
    /// <param name="affine">From voxel index to RAS+ mm.</param>
    /// <param name="fields">The header fields that gave it.</param>
    /// <param name="report">Receives the fault.</param>
    public static VolumeGeometry Create(AffineTransform affine, string fields, HeaderReport report)
    {
        if (IsPossible(affine))
        {
            return new VolumeGeometry(affine);
        }

        report.Fault(
            fields, $"[{string.Join(", ", affine.ToRows().Select(v => v.ToString("G6")))}]",
            "the map from voxels to millimetres must be finite and invertible; set the position anew from the original images");
        return VolumeGeometry.Identity;
    }

    /// <summary>True if a volume can have this map: it is finite, as are its inverse and the lengths of its axes.</summary>
    public static bool IsPossible(AffineTransform affine)
        => affine.IsFinite() && affine.Determinant is var determinant && determinant != 0 && double.IsFinite(determinant)
            && affine.Inverse().IsFinite() && HasLength(affine.A) && HasLength(affine.B) && HasLength(affine.C);

    /// <summary>Adds axes that an image lacks: the third at right angles to the first two.</summary>
    /// <param name="affine">Its axes from <paramref name="rank"/> on are not given.</param>
    /// <param name="rank">Axes that are given, 1 to 3.</param>
    /// <param name="thickness">Length of an added axis, in mm.</param>
    public static AffineTransform Complete(AffineTransform affine, int rank, double thickness = 1)
    {
        if (rank == 1)
        {
            var away = Math.Abs(affine.A.Y) < affine.A.Length / 2 ? new Vector3D(0, 1, 0) : new Vector3D(1, 0, 0);
            var second = Vector3D.Cross(Vector3D.Cross(affine.A, away), affine.A);
            affine = affine with { B = second * (thickness / second.Length) };
        }

        if (rank < 3)
        {
            var normal = Vector3D.Cross(affine.A, affine.B);
            affine = affine with { C = normal * (thickness / normal.Length) };
        }

        return affine;
    }

    /// <summary>True for a length whose square neither vanishes nor overflows.</summary>
    private static bool HasLength(Vector3D axis) => axis.Length is > 0 and < double.PositiveInfinity;
}
