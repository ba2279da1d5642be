namespace Microsoft.ML.MedicalSegmentation.Data.Augmentation;

/// <summary>Turns a patch about its centre, by an angle of its own about each axis.</summary>
/// <remarks>
/// As nnU-Net (Isensee et al. 2021, https://doi.org/10.1038/s41592-020-01008-z): patches whose longest side is more than three times the
/// shortest one, and patches of one slice, are turned about that axis alone. Differs: angles are in voxels, as there, but the short side
/// may be any axis, not the first one alone.
/// </remarks>
public sealed record Rotation : PatchAugmentation
{
    private const double ElongatedRatio = 1.5;

    /// <summary>Creates a rotation with probability 0.2.</summary>
    public Rotation() => Probability = 0.2;

    /// <summary>The largest angle about each axis.</summary>
    /// <value>
    /// Degrees, 0 to 180. Default: null, as nnU-Net: 30 about three axes; about one axis 180, or 15 where a patch of one slice is more than
    /// 1.5 times as long as wide.
    /// </value>
    public double? MaximumAngle { get; init; }

    /// <inheritdoc/>
    protected internal override IEnumerable<string> Faults() => Limits.Faults(this, (nameof(MaximumAngle), MaximumAngle ?? 0, 0, 180));

    internal override void Warp(PatchWarp warp, PatchRandom random)
    {
        var limit = (MaximumAngle ?? DefaultAngle(warp)) * Math.PI / 180;
        for (var axis = 0; axis < 3; axis++)
        {
            if (warp.ThinAxis is null || warp.ThinAxis == axis)
            {
                warp.Add(About(axis, random.NextDouble(-limit, limit)));
            }
        }
    }

    private static double DefaultAngle(PatchWarp warp)
    {
        var (height, width) = (warp.Shape.Height, warp.Shape.Width);
        var isElongated = Math.Max(height, width) > ElongatedRatio * Math.Min(height, width);
        return warp.ThinAxis is null ? 30 : warp.Shape.IsImage && isElongated ? 15 : 180;
    }

    private static AffineTransform About(int axis, double angle)
    {
        var (sine, cosine) = Math.SinCos(angle);
        return axis switch
        {
            0 => new(new(1, 0, 0), new(0, cosine, sine), new(0, -sine, cosine), default),
            1 => new(new(cosine, 0, -sine), new(0, 1, 0), new(sine, 0, cosine), default),
            _ => new(new(cosine, sine, 0), new(-sine, cosine, 0), new(0, 0, 1), default),
        };
    }
}
