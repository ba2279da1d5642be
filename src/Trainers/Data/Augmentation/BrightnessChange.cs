using System.Numerics.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Data.Augmentation;

/// <summary>Multiplies all voxels of a channel, each channel by its own factor.</summary>
/// <remarks>As nnU-Net: half of the factors are below 1, half above.</remarks>
public sealed record BrightnessChange : PatchAugmentation
{
    /// <summary>Creates a change with probability 0.15.</summary>
    public BrightnessChange() => Probability = 0.15;

    /// <summary>The smallest factor.</summary>
    /// <value>0 to 10. Default: 0.75.</value>
    public double Minimum { get; init; } = 0.75;

    /// <summary>The largest factor.</summary>
    /// <value>0 to 10, at least <see cref="Minimum"/>. Default: 1.25.</value>
    public double Maximum { get; init; } = 1.25;

    /// <inheritdoc/>
    protected internal override void Apply(TrainingPatch patch, PatchRandom random)
    {
        for (var channel = 0; channel < patch.Shape.Channels; channel++)
        {
            var voxels = patch.Channel(channel);
            TensorPrimitives.Multiply(voxels, (float)random.NextFactor(Minimum, Maximum), voxels);
        }
    }

    /// <inheritdoc/>
    protected internal override IEnumerable<string> Faults() =>
        Limits
            .Faults(this, (nameof(Minimum), Minimum, 0, 10), (nameof(Maximum), Maximum, 0, 10))
            .Concat(Limits.Order(this, nameof(Minimum), Minimum, nameof(Maximum), Maximum));
}
