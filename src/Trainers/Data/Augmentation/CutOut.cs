using System.Numerics.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Data.Augmentation;

/// <summary>Replaces boxes of the image by its mean, so that structures must be told by what is around them too. Labels stay.</summary>
/// <remarks>
/// DeVries and Taylor 2017, https://arxiv.org/abs/1708.04552. Differs: boxes of random sides, and the mean of each channel instead of 0.
/// </remarks>
public sealed record CutOut : PatchAugmentation
{
    /// <summary>Creates a cut-out with probability 0.2.</summary>
    public CutOut() => Probability = 0.2;

    /// <summary>The largest number of boxes; each patch draws its own from 1 on.</summary>
    /// <value>1 to 100. Default: 3.</value>
    public int MaximumCount { get; init; } = 3;

    /// <summary>The longest side of a box, relative to that of the patch.</summary>
    /// <value>0.01 to 1. Default: 0.25.</value>
    public double MaximumSide { get; init; } = 0.25;

    /// <inheritdoc/>
    protected internal override void Apply(TrainingPatch patch, PatchRandom random)
    {
        var shape = patch.Shape;
        for (var count = 1 + random.NextInt(MaximumCount); count > 0; count--)
        {
            var (z, depth) = Range(shape.Depth, random);
            var (y, height) = Range(shape.Height, random);
            var (x, width) = Range(shape.Width, random);
            for (var channel = 0; channel < shape.Channels; channel++)
            {
                var voxels = patch.Channel(channel);
                var mean = TensorPrimitives.Sum<float>(voxels) / voxels.Length;
                for (var row = 0; row < depth * height; row++)
                {
                    voxels.Slice(((((z + (row / height)) * shape.Height) + y + (row % height)) * shape.Width) + x, width).Fill(mean);
                }
            }
        }
    }

    /// <inheritdoc/>
    protected internal override IEnumerable<string> Faults()
        => Limits.Faults(this, (nameof(MaximumCount), MaximumCount, 1, 100), (nameof(MaximumSide), MaximumSide, 0.01, 1));

    private (int First, int Count) Range(int side, PatchRandom random)
    {
        var count = 1 + random.NextInt(Math.Max(1, (int)(side * MaximumSide)));
        return (random.NextInt(side - count + 1), count);
    }
}
