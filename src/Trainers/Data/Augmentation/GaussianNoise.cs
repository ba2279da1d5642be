namespace Microsoft.ML.MedicalSegmentation.Data.Augmentation;

/// <summary>Adds independent normal noise to each voxel.</summary>
/// <remarks>As nnU-Net, whose setting is called a variance and used as the standard deviation.</remarks>
public sealed record GaussianNoise : PatchAugmentation
{
    /// <summary>Creates noise with probability 0.1.</summary>
    public GaussianNoise() => Probability = 0.1;

    /// <summary>The largest standard deviation; each patch draws its own below it.</summary>
    /// <value>In units of the normalised image, 0 to 100. Default: 0.1.</value>
    public double MaximumDeviation { get; init; } = 0.1;

    /// <inheritdoc/>
    protected internal override void Apply(TrainingPatch patch, PatchRandom random)
    {
        var deviation = random.NextDouble(0, MaximumDeviation);
        for (var channel = 0; channel < patch.Shape.Channels; channel++)
        {
            random.AddGaussianNoise(patch.Channel(channel), deviation);
        }
    }

    /// <inheritdoc/>
    protected internal override IEnumerable<string> Faults() => Limits.Faults(this, (nameof(MaximumDeviation), MaximumDeviation, 0, 100));
}
