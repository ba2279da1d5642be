using CsCheck;

namespace Microsoft.ML.MedicalSegmentation.Laws;

/// <summary>Random geometries and volumes: every orientation, oblique axes, uneven spacing, small odd shapes.</summary>
internal static class AnyVolume
{
    /// <summary>Rotated by any angles, 0.2 to 6 mm, origin within 500 mm, either hand.</summary>
    public static readonly Gen<VolumeGeometry> Geometry =
        from angles in Gen.Double[-Math.PI, Math.PI].Array[3]
        from spacing in Gen.Double[0.2, 6].Array[3]
        from origin in Gen.Double[-500, 500].Array[3]
        from mirrored in Gen.Bool
        select Turned(angles, spacing, origin, mirrored);

    /// <summary>Axes along the patient's, in any order and direction.</summary>
    public static readonly Gen<VolumeGeometry> StraightGeometry =
        from order in Gen.Shuffle(new[] { 0, 1, 2 })
        from signs in Gen.Bool.Array[3]
        from spacing in Gen.Double[0.2, 6].Array[3]
        from origin in Gen.Double[-500, 500].Array[3]
        select Straight(order, signs, spacing, origin);

    /// <summary>1 to 9 voxels along each axis.</summary>
    public static readonly Gen<VolumeShape> Shape =
        from sides in Gen.Int[1, 9].Array[3]
        select new VolumeShape(1, sides[0], sides[1], sides[2]);

    /// <summary>A volume in single precision.</summary>
    public static readonly Gen<Volume<float>> Single =
        from shape in Shape
        from geometry in Geometry
        from voxels in Gen.Float[-1000, 1000].Array[(int)shape.Count]
        select Volume.Create(voxels, shape, geometry);

    /// <summary>Labels 0 to 3.</summary>
    public static readonly Gen<LabelVolume> Labels =
        from shape in Shape
        from geometry in Geometry
        from voxels in Gen.Byte[0, 3].Array[(int)shape.Count]
        select LabelVolume.Create(voxels, shape, geometry);

    /// <summary>One of the 48 codes of orientation.</summary>
    public static readonly Gen<string> Code =
        from order in Gen.Shuffle(new[] { 0, 1, 2 })
        from signs in Gen.Bool.Array[3]
        select string.Concat(order.Select((axis, i) => "RLAPSI"[(2 * axis) + (signs[i] ? 1 : 0)]));

    private static VolumeGeometry Turned(double[] angles, double[] spacing, double[] origin, bool mirrored)
    {
        var (x, y, z) = (new Vector3D(1, 0, 0), new Vector3D(0, 1, 0), new Vector3D(0, 0, mirrored ? -1 : 1));
        foreach (var (axis, angle) in angles.Index())
        {
            (x, y, z) = (Rotated(x, axis, angle), Rotated(y, axis, angle), Rotated(z, axis, angle));
        }

        return new(new AffineTransform(x * spacing[0], y * spacing[1], z * spacing[2], new(origin[0], origin[1], origin[2])));
    }

    private static Vector3D Rotated(Vector3D v, int axis, double angle)
    {
        var (c, s) = (Math.Cos(angle), Math.Sin(angle));
        return axis switch
        {
            0 => new(v.X, (c * v.Y) - (s * v.Z), (s * v.Y) + (c * v.Z)),
            1 => new((c * v.X) + (s * v.Z), v.Y, (c * v.Z) - (s * v.X)),
            _ => new((c * v.X) - (s * v.Y), (s * v.X) + (c * v.Y), v.Z),
        };
    }

    private static VolumeGeometry Straight(int[] order, bool[] signs, double[] spacing, double[] origin)
    {
        var units = new[] { new Vector3D(1, 0, 0), new Vector3D(0, 1, 0), new Vector3D(0, 0, 1) };
        Vector3D Axis(int i) => units[order[i]] * (signs[i] ? -spacing[i] : spacing[i]);
        return new(new AffineTransform(Axis(0), Axis(1), Axis(2), new(origin[0], origin[1], origin[2])));
    }
}
