namespace Microsoft.ML.MedicalSegmentation.Data.Augmentation;

/// <summary>Bends a patch smoothly, as tissue bends: a free-form deformation by random shifts of control points.</summary>
/// <remarks>
/// Cubic B-splines over a grid of control points: Rueckert et al. 1999, https://doi.org/10.1109/42.796284. Shifts stay below 0.4 of the
/// distance of the control points, within which nothing folds over: Choi and Lee 2000, https://doi.org/10.1016/S1524-0703(00)80006-4. Along
/// the axis of slices far apart nothing moves.
/// </remarks>
public sealed record ElasticDeformation : PatchAugmentation
{
    private const double LargestShift = 0.4;

    /// <summary>Creates a deformation with probability 0.2.</summary>
    public ElasticDeformation() => Probability = 0.2;

    /// <summary>Distance of neighbouring control points.</summary>
    /// <value>Voxels, 4 to 512. Default: 16; smaller ones bend more locally.</value>
    public int ControlPointDistance { get; init; } = 16;

    /// <summary>
    /// The largest shift of a control point along each axis, in units of their distance. Each patch draws its own limit below it.
    /// </summary>
    /// <value>0 to 0.4. Default: 0.25.</value>
    public double MaximumShift { get; init; } = 0.25;

    /// <inheritdoc/>
    protected internal override IEnumerable<string> Faults() => Limits.Faults(
        this, (nameof(ControlPointDistance), ControlPointDistance, 4, 512), (nameof(MaximumShift), MaximumShift, 0, LargestShift));

    internal override void Warp(PatchWarp warp, PatchRandom random)
    {
        var limit = random.NextDouble(0, MaximumShift) * ControlPointDistance;
        var grid = new ControlPointGrid(warp.Shape, ControlPointDistance, warp.ThinAxis);
        var displacement = new float[3][];
        for (var axis = 0; axis < 3; axis++)
        {
            var shifts = new float[grid.Count];
            for (var i = 0; i < shifts.Length && warp.ThinAxis != axis; i++)
            {
                shifts[i] = (float)random.NextDouble(-limit, limit);
            }

            displacement[axis] = grid.Interpolate(shifts);
        }

        warp.Displace(displacement, limit);
    }
}
