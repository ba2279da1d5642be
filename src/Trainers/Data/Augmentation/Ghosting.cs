using System.Numerics.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Data.Augmentation;

/// <summary>Adds fainter copies of the image along an axis, as periodic movement (heart, breath, pulsing vessels) does in MR.</summary>
/// <remarks>
/// Every n-th line of k-space is damped, which gives n ghosts at equal distances; the lines around the centre stay, as they make most of
/// the picture. After TorchIO's RandomGhosting: Pérez-García et al. 2021, https://doi.org/10.1016/j.cmpb.2021.106236.
/// </remarks>
public sealed record Ghosting : PatchAugmentation
{
    /// <summary>Creates ghosts with probability 0.1.</summary>
    public Ghosting() => Probability = 0.1;

    /// <summary>The smallest number of ghosts.</summary>
    /// <value>2 to 64. Default: 4.</value>
    public int MinimumCount { get; init; } = 4;

    /// <summary>The largest number of ghosts.</summary>
    /// <value>2 to 64, at least <see cref="MinimumCount"/>. Default: 10.</value>
    public int MaximumCount { get; init; } = 10;

    /// <summary>The largest part of a line that is taken away.</summary>
    /// <value>0 to 1. Default: 0.7.</value>
    public double MaximumStrength { get; init; } = 0.7;

    /// <summary>The part of the lines around the centre of k-space that stays.</summary>
    /// <value>0 to 1. Default: 0.05.</value>
    public double KeptCentre { get; init; } = 0.05;

    /// <inheritdoc/>
    protected internal override void Apply(TrainingPatch patch, PatchRandom random)
    {
        var count = MinimumCount + random.NextInt(MaximumCount - MinimumCount + 1);
        var left = 1 - (float)random.NextDouble(0, MaximumStrength);
        var axis = patch.Shape.Along(random.NextInt(2));
        var kept = KeptCentre * axis.Count / 2;
        for (var channel = 0; channel < patch.Shape.Channels; channel++)
        {
            PhaseLines.Change(patch.Channel(channel), axis, (frequency, real, imaginary) =>
            {
                if (frequency % count == 0 && Math.Abs(frequency) > kept)
                {
                    TensorPrimitives.Multiply(real, left, real);
                    TensorPrimitives.Multiply(imaginary, left, imaginary);
                }
            });
        }
    }

    /// <inheritdoc/>
    protected internal override IEnumerable<string> Faults() => Limits.Faults(
        this,
        (nameof(MinimumCount), MinimumCount, 2, 64),
        (nameof(MaximumCount), MaximumCount, 2, 64),
        (nameof(MaximumStrength), MaximumStrength, 0, 1),
        (nameof(KeptCentre), KeptCentre, 0, 1))
        .Concat(Limits.Order(this, nameof(MinimumCount), MinimumCount, nameof(MaximumCount), MaximumCount));
}
