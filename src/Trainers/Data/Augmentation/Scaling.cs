namespace Microsoft.ML.MedicalSegmentation.Data.Augmentation;

/// <summary>Shows more or less of the volume in a patch.</summary>
/// <remarks>
/// As nnU-Net: one factor for all axes; along the axis of slices far apart, and of a patch of one slice, nothing is scaled.
/// </remarks>
public sealed record Scaling : PatchAugmentation
{
    /// <summary>Creates a scaling with probability 0.2.</summary>
    public Scaling() => Probability = 0.2;

    /// <summary>The smallest length in the volume that a patch shows, relative to its own.</summary>
    /// <value>0.1 to 10. Default: 0.7, which enlarges.</value>
    public double Minimum { get; init; } = 0.7;

    /// <summary>The largest such length.</summary>
    /// <value>0.1 to 10, at least <see cref="Minimum"/>. Default: 1.4, which shrinks.</value>
    public double Maximum { get; init; } = 1.4;

    /// <inheritdoc/>
    protected internal override IEnumerable<string> Faults() =>
        Limits
            .Faults(this, (nameof(Minimum), Minimum, 0.1, 10), (nameof(Maximum), Maximum, 0.1, 10))
            .Concat(Limits.Order(this, nameof(Minimum), Minimum, nameof(Maximum), Maximum));

    internal override void Warp(PatchWarp warp, PatchRandom random)
    {
        var factor = random.NextDouble(Minimum, Maximum);
        double Along(int axis) => warp.ThinAxis == axis ? 1 : factor;
        warp.Add(new(new(Along(0), 0, 0), new(0, Along(1), 0), new(0, 0, Along(2)), default));
    }
}
