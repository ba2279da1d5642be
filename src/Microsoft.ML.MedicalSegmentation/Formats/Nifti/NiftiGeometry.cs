using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation.Formats.Nifti;

/// <summary>The map from voxel index to millimetres that a NIfTI header gives: sform before qform before spacing alone.</summary>
/// <remarks>
/// The precedence and the form without codes are nibabel's "best affine"; the quaternion is that of nifti1_io.c.
/// </remarks>
internal static class NiftiGeometry
{
    /// <summary>The geometry of a header; faults and oddities go to the report.</summary>
    public static VolumeGeometry Of(NiftiHeader header, HeaderReport report)
    {
        var scale = MillimetresPerUnit(header, report);

        // Where the sform says where voxels lie, nothing else has to make sense.
        var own = new HeaderReport("", "");
        var spacing = Spacing(header, own);
        var qform = header.QFormCode > 0 ? FromQuaternion(header, spacing, own) : null;
        var sform = header.SFormCode > 0 ? FromRows(header, spacing, own.HasFaults ? null : qform, report) : null;
        if (sform is { } rows && GeometryCheck.IsPossible(rows))
        {
            own.NoteFaults(report, "the sform was used.");
        }
        else
        {
            own.CopyTo(report);
        }

        if (sform is null && qform is null)
        {
            report.Note(
                "The header has neither sform nor qform; x was taken to grow to the patient's left and the "
                    + "origin to lie in the middle, as nibabel does."
            );
        }

        var affine = sform ?? qform ?? FromSpacing(header, spacing);
        if (report.HasFaults)
        {
            return VolumeGeometry.Identity;
        }

        affine = new(affine.A * scale, affine.B * scale, affine.C * scale, affine.Translation * scale);
        var geometry = GeometryCheck.Create(affine, sform is not null ? "srow_x, srow_y, srow_z" : "pixdim", report);
        NoteDisagreement(header, qform, sform, report);
        return geometry;
    }

    /// <summary>Writes a geometry to a header: as sform, and as qform where the axes are at right angles.</summary>
    public static void Store(VolumeGeometry geometry, NiftiHeader header)
    {
        var affine = geometry.IndexToWorld;
        header.SFormCode = header.SFormCode > 0 ? header.SFormCode : header.QFormCode > 0 ? header.QFormCode : 2;
        (header.SRowX, header.SRowY, header.SRowZ) = (Row(affine, 0), Row(affine, 1), Row(affine, 2));
        header.XyztUnits = (header.XyztUnits & ~7) | 2;
        var s = geometry.Spacing;
        (header.PixDim[1], header.PixDim[2], header.PixDim[3]) = (s.X, s.Y, s.Z);
        var axes = new AffineTransform(affine.A * (1 / s.X), affine.B * (1 / s.Y), affine.C * (1 / s.Z), default);
        var skew = Math.Max(
            Math.Abs(Vector3D.Dot(axes.A, axes.B)),
            Math.Max(Math.Abs(Vector3D.Dot(axes.A, axes.C)), Math.Abs(Vector3D.Dot(axes.B, axes.C)))
        );
        header.PixDim[0] = axes.Determinant < 0 ? -1 : 1;
        header.QFormCode = skew < 1e-4 ? header.SFormCode : 0;
        var rotation = axes.Determinant < 0 ? axes with { C = axes.C * -1 } : axes;
        header.Quatern = skew < 1e-4 ? ToQuaternion(rotation) : new double[3];
        header.QOffset = [affine.Translation.X, affine.Translation.Y, affine.Translation.Z];
    }

    private static double[] Row(AffineTransform affine, int row) => [affine[row, 0], affine[row, 1], affine[row, 2], affine[row, 3]];

    private static double MillimetresPerUnit(NiftiHeader header, HeaderReport report)
    {
        var (scale, name) = (header.XyztUnits & 7) switch
        {
            1 => (1000.0, "metres"),
            3 => (0.001, "micrometres"),
            _ => (1.0, ""),
        };
        if (scale != 1)
        {
            report.Note($"xyzt_units says {name}; positions were converted to millimetres.");
        }

        return scale;
    }

    private static Vector3D Spacing(NiftiHeader header, HeaderReport report)
    {
        Span<double> spacing = [1, 1, 1];
        for (var axis = 0; axis < Math.Min(3, header.Rank); axis++)
        {
            var given = header.PixDim[axis + 1];
            if (!double.IsFinite(given))
            {
                report.Fault($"pixdim[{axis + 1}]", given, "a voxel's size must be finite");
            }
            else if (given == 0)
            {
                report.Note($"pixdim[{axis + 1}] is 0; 1 was used.");
            }
            else
            {
                spacing[axis] = Math.Abs(given);
                if (given < 0)
                {
                    report.Note($"pixdim[{axis + 1}] is {given}; its absolute value was used.");
                }
            }
        }

        return new(spacing[0], spacing[1], spacing[2]);
    }

    private static AffineTransform FromSpacing(NiftiHeader header, Vector3D spacing)
    {
        // Method 1 of nifti1.h with nibabel's reading: x grows to the left, the origin lies in the middle.
        Span<double> middle = stackalloc double[3];
        for (var axis = 0; axis < 3; axis++)
        {
            middle[axis] = axis < header.Rank ? (header.Dim[axis + 1] - 1) / 2.0 : 0;
        }

        return new(
            new(-spacing.X, 0, 0), new(0, spacing.Y, 0), new(0, 0, spacing.Z),
            new(spacing.X * middle[0], -spacing.Y * middle[1], -spacing.Z * middle[2]));
    }

    private static AffineTransform? FromRows(NiftiHeader header, Vector3D spacing, AffineTransform? qform, HeaderReport report)
    {
        double[] rows = [.. header.SRowX, .. header.SRowY, .. header.SRowZ];
        var isFinite = Array.TrueForAll(rows, double.IsFinite);
        var affine = isFinite ? AffineTransform.FromRows(rows) : default;

        // What a qform says is used where the sform says nothing, such as an sform of zeros with a code above 0.
        if (
            qform is { } quaternion
            && GeometryCheck.IsPossible(quaternion)
            && !(isFinite && GeometryCheck.IsPossible(affine))
            && header.Rank > 2
        )
        {
            report.Note($"The sform [{string.Join(", ", rows)}] is no map from voxels to millimetres; the qform was used.");
            return null;
        }

        if (!isFinite)
        {
            report.Fault("srow_x, srow_y, srow_z", $"[{string.Join(", ", rows)}]", "an sform must be finite");
            return null;
        }

        if (affine.C.Length == 0 && header.Rank == 2 && Vector3D.Cross(affine.A, affine.B).Length > 0)
        {
            report.Note("The sform of this image has no direction along z; the normal of its plane was used.");
            affine = GeometryCheck.Complete(affine, 2, spacing.Z);
        }

        return affine;
    }

    private static AffineTransform? FromQuaternion(NiftiHeader header, Vector3D spacing, HeaderReport report)
    {
        var (b, c, d) = (header.Quatern[0], header.Quatern[1], header.Quatern[2]);
        var length = (b * b) + (c * c) + (d * d);
        if (!(length <= 1.01) || !Array.TrueForAll(header.QOffset, double.IsFinite))
        {
            report.Fault(
                "quatern_b, quatern_c, quatern_d", $"({b}, {c}, {d}) with offset ({string.Join(", ", header.QOffset)})",
                "the numbers must be finite and the sum of the first three squares at most 1");
            return null;
        }

        // Rounded to single precision, the three may exceed length 1 by a little: then it is a half turn.
        var a = 1 - length;
        if (a < 1e-7)
        {
            var scale = 1 / Math.Sqrt(length);
            (a, b, c, d) = (0, b * scale, c * scale, d * scale);
        }
        else
        {
            a = Math.Sqrt(a);
        }

        var handedness = header.PixDim[0] < 0 ? -1 : 1;
        return new(
            new Vector3D((a * a) + (b * b) - (c * c) - (d * d), 2 * ((b * c) + (a * d)), 2 * ((b * d) - (a * c))) * spacing.X,
            new Vector3D(2 * ((b * c) - (a * d)), (a * a) + (c * c) - (b * b) - (d * d), 2 * ((c * d) + (a * b))) * spacing.Y,
            new Vector3D(2 * ((b * d) + (a * c)), 2 * ((c * d) - (a * b)), (a * a) + (d * d) - (c * c) - (b * b))
                * (handedness * spacing.Z),
            new(header.QOffset[0], header.QOffset[1], header.QOffset[2])
        );
    }

    private static double[] ToQuaternion(AffineTransform r)
    {
        // The largest of the four squares is divided by, so that rounding stays small (Shepperd 1978).
        var (xx, yy, zz) = (r[0, 0], r[1, 1], r[2, 2]);
        Span<double> squares = [1 + xx + yy + zz, 1 + xx - yy - zz, 1 - xx + yy - zz, 1 - xx - yy + zz];
        var largest = 0;
        for (var i = 1; i < 4; i++)
        {
            largest = squares[i] > squares[largest] ? i : largest;
        }

        var (p, q, s) = (r[2, 1] - r[1, 2], r[0, 2] - r[2, 0], r[1, 0] - r[0, 1]);
        var (u, v, w) = (r[1, 0] + r[0, 1], r[0, 2] + r[2, 0], r[2, 1] + r[1, 2]);
        double[] quaternion = largest switch
        {
            0 => [squares[0], p, q, s],
            1 => [p, squares[1], u, v],
            2 => [q, u, squares[2], w],
            _ => [s, v, w, squares[3]],
        };

        // NIfTI stores three of the numbers and takes the first as positive.
        var factor = (quaternion[0] < 0 ? -0.5 : 0.5) / Math.Sqrt(squares[largest]);
        return [quaternion[1] * factor, quaternion[2] * factor, quaternion[3] * factor];
    }

    private static void NoteDisagreement(NiftiHeader header, AffineTransform? qform, AffineTransform? sform, HeaderReport report)
    {
        if (report.HasFaults || qform is not { } q || sform is not { } s || !GeometryCheck.IsPossible(q) || !GeometryCheck.IsPossible(s))
        {
            return;
        }

        var shape = new VolumeShape(1, SizeAlong(header, 3), SizeAlong(header, 2), SizeAlong(header, 1));
        var difference = new VolumeGeometry(s).LargestDifference(new VolumeGeometry(q), shape);
        if (difference > 0.1 * Math.Min(s.A.Length, Math.Min(s.B.Length, s.C.Length)))
        {
            report.Note($"qform and sform differ by up to {difference:0.###} units; the sform was used.");
        }
    }

    private static int SizeAlong(NiftiHeader header, int axis) =>
        axis <= header.Rank ? (int)Math.Clamp(header.Dim[axis], 1, int.MaxValue) : 1;
}
