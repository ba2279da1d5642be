namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Where the voxels of a volume lie in the patient.</summary>
/// <remarks>
/// World coordinates are RAS+ millimetres: x grows to the patient's right, y to anterior, z to superior (as NIfTI;
/// DICOM and ITK use LPS+, whose x and y have the other sign). Positions are those of voxel centres.
/// </remarks>
public sealed class VolumeGeometry : IEquatable<VolumeGeometry>
{
    /// <summary>Makes a geometry from an index-to-world map.</summary>
    /// <exception cref="ArgumentException">A number is not finite, or the map flattens space.</exception>
    public VolumeGeometry(AffineTransform indexToWorld)
    {
        if (!indexToWorld.IsFinite() || indexToWorld.Determinant == 0)
        {
            throw new ArgumentException(
                $"The affine [{string.Join(", ", indexToWorld.ToRows())}] is singular or not finite; it "
                    + "must map voxel indices to positions one to one.",
                nameof(indexToWorld));
        }

        IndexToWorld = indexToWorld;
        WorldToIndex = indexToWorld.Inverse();
        Spacing = new(indexToWorld.A.Length, indexToWorld.B.Length, indexToWorld.C.Length);
        OrientationCode = Orientation.CodeOf(indexToWorld);
    }

    /// <summary>1 mm voxels, RAS, the first voxel at the origin.</summary>
    public static VolumeGeometry Identity { get; } = new(AffineTransform.Identity);

    /// <summary>From voxel index (x, y, z) to RAS+ millimetres.</summary>
    public AffineTransform IndexToWorld { get; }

    /// <summary>From RAS+ millimetres to voxel index (x, y, z).</summary>
    public AffineTransform WorldToIndex { get; }

    /// <summary>Distance between neighbouring voxels along x (width), y (height), z (depth), in mm.</summary>
    public Vector3D Spacing { get; }

    /// <summary>Anatomical direction of the x, y and z axes, such as "RAS" or "LPS".</summary>
    public string OrientationCode { get; }

    /// <summary>Position of voxel (0, 0, 0), RAS+ mm.</summary>
    public Vector3D Origin => IndexToWorld.Translation;

    /// <summary>Volume of one voxel in mm³.</summary>
    public double VoxelVolume => Math.Abs(IndexToWorld.Determinant);

    /// <summary>Axes along R, A and S with the given spacing in mm, the first voxel at the origin.</summary>
    public static VolumeGeometry FromSpacing(double x, double y, double z)
        => new(new AffineTransform(new(x, 0, 0), new(0, y, 0), new(0, 0, z), default));

    /// <summary>
    /// The same axes, with voxel <paramref name="index"/> (x, y, z) as the new first voxel: the geometry of a crop or pad.
    /// </summary>
    public VolumeGeometry Shifted(Vector3D index) => new(IndexToWorld with { Translation = IndexToWorld.Apply(index) });

    /// <summary>
    /// The geometry at which a volume lies once every point of it that <paramref name="worldToHere"/> gives is at the point it was asked
    /// for.
    /// </summary>
    /// <exception cref="ArgumentException">The map is singular or not finite.</exception>
    internal VolumeGeometry Moved(AffineTransform worldToHere)
        => worldToHere.IsFinite() && worldToHere.Determinant != 0
            ? new(worldToHere.Inverse().Compose(IndexToWorld))
            : throw new ArgumentException(
                $"The affine transform [{string.Join(", ", worldToHere.ToRows())}] is singular or not "
                    + "finite; a registration maps positions one to one.",
                nameof(worldToHere)
            );

    /// <summary>Largest distance in mm between the positions that both geometries give to the corners of a grid.</summary>
    public double LargestDifference(VolumeGeometry other, VolumeShape shape)
    {
        var largest = 0.0;
        for (var corner = 0; corner < 8; corner++)
        {
            var index = new Vector3D(
                (corner & 1) * (shape.Width - 1), (corner >> 1 & 1) * (shape.Height - 1), (corner >> 2 & 1) * (shape.Depth - 1));
            largest = Math.Max(largest, (IndexToWorld.Apply(index) - other.IndexToWorld.Apply(index)).Length);
        }

        return largest;
    }

    /// <summary>True if no corner of the grid differs by more than a tenth of the smallest spacing.</summary>
    /// <remarks>Files store positions in single precision or as decimals; a tenth of a voxel never swaps neighbours.</remarks>
    public bool Matches(VolumeGeometry other, VolumeShape shape)
        => LargestDifference(other, shape) <= 0.1 * Math.Min(Spacing.X, Math.Min(Spacing.Y, Spacing.Z));

    /// <inheritdoc/>
    public bool Equals(VolumeGeometry? other) => other is not null && IndexToWorld == other.IndexToWorld;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as VolumeGeometry);

    /// <inheritdoc/>
    public override int GetHashCode() => IndexToWorld.GetHashCode();

    /// <summary>Spacing, orientation and origin in one line.</summary>
    public override string ToString() => $"{Spacing} mm, {OrientationCode}, origin ({Origin.X:0.###}, {Origin.Y:0.###}, {Origin.Z:0.###})";
}
