namespace Microsoft.ML.MedicalSegmentation.Data.Augmentation;

/// <summary>
/// From where in a volume the voxels of a patch are read: a turn and a scaling about the patch's centre, and a displacement of each voxel.
/// </summary>
/// <param name="shape">[C, D, H, W] of the patch.</param>
internal sealed class PatchWarp(VolumeShape shape)
{
    // As nnU-Net: beyond this ratio of the longest side to the shortest one, slices are too far apart to mix.
    private const double ThinRatio = 3;

    private AffineTransform? _linear;

    /// <summary>The patch.</summary>
    public VolumeShape Shape { get; } = shape;

    /// <summary>
    /// The axis, x = 0, y = 1, z = 2, along which nothing may be moved: that of a patch of one slice, or of slices far apart; else null.
    /// </summary>
    public int? ThinAxis { get; } = FindThinAxis(shape);

    /// <summary>
    /// From offsets of the patch's centre to offsets of the same place in the volume, in voxels, without the displacement.
    /// </summary>
    public AffineTransform Linear => _linear ?? AffineTransform.Identity;

    /// <summary>Displacements in the volume along x, y and z in voxels, each [D, H, W]; null for none.</summary>
    public float[][]? Displacement { get; private set; }

    /// <summary>No displacement is larger.</summary>
    public double LargestDisplacement { get; private set; }

    /// <summary>True where voxels are read from their own places.</summary>
    public bool IsIdentity => _linear is null && Displacement is null;

    /// <summary>Adds a map; it acts on places in the volume, after those that were added before.</summary>
    public void Add(AffineTransform map) => _linear = map.Compose(Linear);

    /// <summary>Displaces every voxel.</summary>
    /// <param name="displacement">Along x, y and z, each [D, H, W].</param>
    /// <param name="largest">At least every displacement.</param>
    public void Displace(float[][] displacement, double largest) => (Displacement, LargestDisplacement) = (displacement, largest);

    private static int? FindThinAxis(VolumeShape shape)
    {
        ReadOnlySpan<int> sides = [shape.Width, shape.Height, shape.Depth];
        var (shortest, longest) = (2, 0);
        for (var axis = 2; axis >= 0; axis--)
        {
            shortest = sides[axis] < sides[shortest] ? axis : shortest;
            longest = sides[axis] > sides[longest] ? axis : longest;
        }

        return sides[longest] > ThinRatio * sides[shortest] || shape.IsImage ? (shape.IsImage ? 2 : shortest) : null;
    }
}
