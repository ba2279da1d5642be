using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Data.Augmentation;

/// <summary>Blurs some channels by a Gaussian of its own width along each axis.</summary>
/// <remarks>As nnU-Net. The kernel ends at four standard deviations; beyond the patch its border voxels go on, mirrored.</remarks>
public sealed record GaussianBlur : PatchAugmentation
{
    /// <summary>Creates a blur with probability 0.2.</summary>
    public GaussianBlur() => Probability = 0.2;

    /// <summary>How often each channel is blurred, where the patch is.</summary>
    /// <value>0 to 1. Default: 0.5.</value>
    public double ChannelProbability { get; init; } = 0.5;

    /// <summary>The smallest standard deviation.</summary>
    /// <value>Voxels, 0.1 to 10. Default: 0.5.</value>
    public double Minimum { get; init; } = 0.5;

    /// <summary>The largest standard deviation.</summary>
    /// <value>Voxels, 0.1 to 10, at least <see cref="Minimum"/>. Default: 1.</value>
    public double Maximum { get; init; } = 1;

    /// <inheritdoc/>
    protected internal override void Apply(TrainingPatch patch, PatchRandom random)
    {
        for (var channel = 0; channel < patch.Shape.Channels; channel++)
        {
            if (random.NextBoolean(ChannelProbability))
            {
                for (var axis = 0; axis < 3; axis++)
                {
                    LineFilter.Convolve(
                        patch.Channel(channel),
                        patch.Shape.Along(axis),
                        LineFilter.Gaussian(random.NextDouble(Minimum, Maximum))
                    );
                }
            }
        }
    }

    /// <inheritdoc/>
    protected internal override IEnumerable<string> Faults() =>
        Limits
            .Faults(
                this,
                (nameof(ChannelProbability), ChannelProbability, 0, 1),
                (nameof(Minimum), Minimum, 0.1, 10),
                (nameof(Maximum), Maximum, 0.1, 10)
            )
            .Concat(Limits.Order(this, nameof(Minimum), Minimum, nameof(Maximum), Maximum));
}
