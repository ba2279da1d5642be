namespace Microsoft.ML.MedicalSegmentation.Data.Augmentation;

/// <summary>Shows some channels as if they had been recorded on a coarser grid: samples them there, and interpolates them back.</summary>
/// <remarks>
/// As nnU-Net: nearest neighbour on the way down, linear on the way up, one factor for all axes but that of slices far apart.
/// </remarks>
public sealed record LowResolution : PatchAugmentation
{
    /// <summary>Creates a change with probability 0.25.</summary>
    public LowResolution() => Probability = 0.25;

    /// <summary>How often each channel is changed, where the patch is.</summary>
    /// <value>0 to 1. Default: 0.5.</value>
    public double ChannelProbability { get; init; } = 0.5;

    /// <summary>The smallest size of the coarser grid, relative to the patch.</summary>
    /// <value>0.1 to 1. Default: 0.5.</value>
    public double Minimum { get; init; } = 0.5;

    /// <summary>The largest size of the coarser grid.</summary>
    /// <value>0.1 to 1, at least <see cref="Minimum"/>. Default: 1.</value>
    public double Maximum { get; init; } = 1;

    /// <inheritdoc/>
    protected internal override void Apply(TrainingPatch patch, PatchRandom random)
    {
        var thinAxis = new PatchWarp(patch.Shape).ThinAxis;
        for (var channel = 0; channel < patch.Shape.Channels; channel++)
        {
            if (random.NextBoolean(ChannelProbability))
            {
                CoarseGrid.Apply(patch.Channel(channel), patch.Shape, random.NextDouble(Minimum, Maximum), thinAxis);
            }
        }
    }

    /// <inheritdoc/>
    protected internal override IEnumerable<string> Faults() =>
        Limits
            .Faults(
                this,
                (nameof(ChannelProbability), ChannelProbability, 0, 1),
                (nameof(Minimum), Minimum, 0.1, 1),
                (nameof(Maximum), Maximum, 0.1, 1)
            )
            .Concat(Limits.Order(this, nameof(Minimum), Minimum, nameof(Maximum), Maximum));
}
