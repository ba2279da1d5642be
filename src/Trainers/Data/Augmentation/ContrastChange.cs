using System.Numerics.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Data.Augmentation;

/// <summary>Multiplies the distance of all voxels of a channel to their mean, within the range of the channel.</summary>
/// <remarks>As nnU-Net: half of the factors are below 1, half above; what leaves the range that the channel had is clipped to it.</remarks>
public sealed record ContrastChange : PatchAugmentation
{
    /// <summary>Creates a change with probability 0.15.</summary>
    public ContrastChange() => Probability = 0.15;

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
            Change(patch.Channel(channel), (float)random.NextFactor(Minimum, Maximum));
        }
    }

    /// <inheritdoc/>
    protected internal override IEnumerable<string> Faults() =>
        Limits
            .Faults(this, (nameof(Minimum), Minimum, 0, 10), (nameof(Maximum), Maximum, 0, 10))
            .Concat(Limits.Order(this, nameof(Minimum), Minimum, nameof(Maximum), Maximum));

    internal static void Change(Span<float> voxels, float factor)
    {
        var mean = TensorPrimitives.Sum<float>(voxels) / voxels.Length;
        var (least, most) = (TensorPrimitives.Min<float>(voxels), TensorPrimitives.Max<float>(voxels));
        TensorPrimitives.Multiply(voxels, factor, voxels);
        TensorPrimitives.Add(voxels, mean * (1 - factor), voxels);
        if (factor > 1)
        {
            TensorPrimitives.Max(voxels, least, voxels);
            TensorPrimitives.Min(voxels, most, voxels);
        }
    }
}
