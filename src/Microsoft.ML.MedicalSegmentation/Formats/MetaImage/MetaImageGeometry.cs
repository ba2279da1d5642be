using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation.Formats.MetaImage;

/// <summary>The map from voxel index to RAS millimetres that a MetaImage header gives.</summary>
/// <remarks>
/// Offset and TransformMatrix are in LPS, each row of the matrix the direction of an axis. As ITK does, the matrix counts
/// and AnatomicalOrientation and CenterOfRotation do not.
/// </remarks>
internal static class MetaImageGeometry
{
    /// <summary>The geometry; faults go to the report.</summary>
    public static VolumeGeometry Of(MetaImageHeader header, int rank, HeaderReport report)
    {
        var scale = MillimetresPerUnit(header, report);
        var spacing = Read(header, rank, report, "ElementSpacing", "ElementSize") ?? Ones(rank);
        report.Require(Array.TrueForAll(spacing, s => s > 0), "ElementSpacing", string.Join(' ', spacing), "spacings must be above 0");
        var offset = Read(header, rank, report, "Offset", "Position", "Origin") ?? new double[rank];
        NoteAssumed(header, report);
        var matrix = header.First("TransformMatrix", "Rotation", "Orientation") is { } text
            ? MetaImageHeader.Numbers("TransformMatrix", text, rank * rank, report)
            : null;
        if (matrix is not null)
        {
            CheckSpatialPart(matrix, rank, report);
        }

        if (report.HasFaults)
        {
            return VolumeGeometry.Identity;
        }

        var spatial = Math.Min(rank, 3);
        Span<Vector3D> columns = stackalloc Vector3D[3];
        for (var axis = 0; axis < spatial; axis++)
        {
            double Component(int i) => i >= spatial ? 0 : matrix is null ? (i == axis ? 1 : 0) : matrix[(axis * rank) + i];
            columns[axis] = new Vector3D(-Component(0), -Component(1), Component(2)) * (spacing[axis] * scale);
        }

        var origin = new Vector3D(-offset[0], rank > 1 ? -offset[1] : 0, rank > 2 ? offset[2] : 0) * scale;
        if (spatial == 2)
        {
            // A 2D image lies in the axial plane, so its normal points up even where the image is mirrored.
            columns[2] = new Vector3D(0, 0, scale);
        }

        var affine = new AffineTransform(columns[0], columns[1], columns[2], origin);
        return GeometryCheck.Create(spatial == 1 ? GeometryCheck.Complete(affine, 1, scale) : affine, "TransformMatrix", report);
    }

    private static void NoteAssumed(MetaImageHeader header, HeaderReport report)
    {
        if (header.First("ElementSpacing", "ElementSize") is null)
        {
            report.Note("The header gives no ElementSpacing; 1 mm was assumed.");
        }

        if (header.First("TransformMatrix", "Rotation", "Orientation") is null)
        {
            report.Note("The header gives no TransformMatrix; axes were taken as left-posterior-superior, as ITK does.");
        }

        if (header.First("Offset", "Position", "Origin") is null)
        {
            report.Note("The header gives no Offset; the first voxel was put at the origin.");
        }
    }

    private static double[] Ones(int count)
    {
        var ones = new double[count];
        Array.Fill(ones, 1);
        return ones;
    }

    private static double[]? Read(MetaImageHeader header, int count, HeaderReport report, params ReadOnlySpan<string> keys)
        => header.First(keys) is { } text ? MetaImageHeader.Numbers(keys[0], text, count, report) : null;

    /// <summary>Time and space must not mix: such a volume has no one place.</summary>
    private static void CheckSpatialPart(double[] matrix, int rank, HeaderReport report)
    {
        for (var row = 0; row < rank; row++)
        {
            for (var column = 0; column < rank; column++)
            {
                if ((row < 3) != (column < 3) && matrix[(row * rank) + column] != 0)
                {
                    report.Fault("TransformMatrix", string.Join(' ', matrix), "axes of space must not have parts along further axes");
                    return;
                }
            }
        }
    }

    private static double MillimetresPerUnit(MetaImageHeader header, HeaderReport report)
    {
        var scale = header["DistanceUnits"]?.ToLowerInvariant() switch
        {
            "cm" => 10.0,
            "um" => 0.001,
            _ => 1.0,
        };
        if (scale != 1)
        {
            report.Note($"DistanceUnits says {header["DistanceUnits"]}; positions were converted to millimetres.");
        }

        return scale;
    }
}
