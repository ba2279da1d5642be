using System.Numerics.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Data.Augmentation;

/// <summary>
/// Raises the voxels of a channel, scaled to [0, 1], to a power, and gives them the mean and the standard deviation that they had.
/// </summary>
/// <remarks>As nnU-Net, which applies it twice: to the inverted patch with probability 0.1, and as it is with 0.3.</remarks>
public sealed record GammaChange : PatchAugmentation
{
    private const float LeastDeviation = 1e-7f;

    /// <summary>Creates a change with probability 0.3.</summary>
    public GammaChange() => Probability = 0.3;

    /// <summary>Whether the channel is turned from bright to dark before and back again after, so that bright voxels change most.</summary>
    /// <value>Default: false.</value>
    public bool Inverts { get; init; }

    /// <summary>The smallest power.</summary>
    /// <value>0.1 to 10. Default: 0.7.</value>
    public double Minimum { get; init; } = 0.7;

    /// <summary>The largest power.</summary>
    /// <value>0.1 to 10, at least <see cref="Minimum"/>. Default: 1.5.</value>
    public double Maximum { get; init; } = 1.5;

    /// <inheritdoc/>
    protected internal override void Apply(TrainingPatch patch, PatchRandom random)
    {
        for (var channel = 0; channel < patch.Shape.Channels; channel++)
        {
            Change(patch.Channel(channel), (float)random.NextFactor(Minimum, Maximum), Inverts);
        }
    }

    /// <inheritdoc/>
    protected internal override IEnumerable<string> Faults() =>
        Limits
            .Faults(this, (nameof(Minimum), Minimum, 0.1, 10), (nameof(Maximum), Maximum, 0.1, 10))
            .Concat(Limits.Order(this, nameof(Minimum), Minimum, nameof(Maximum), Maximum));

    internal static void Change(Span<float> voxels, float power, bool inverts)
    {
        var (low, high) = (TensorPrimitives.Min<float>(voxels), TensorPrimitives.Max<float>(voxels));
        var range = high - low;
        if (!(range > 0))
        {
            return;
        }

        var (mean, deviation) = Moments(voxels);
        var sign = inverts ? -1 : 1;
        TensorPrimitives.Subtract(voxels, inverts ? high : low, voxels);
        PositivePower.Raise(voxels, sign / range, power);

        // The scaled range drops out, as the deviation is set.
        var (raisedMean, raisedDeviation) = Moments(voxels);
        var factor = sign * deviation / Math.Max(raisedDeviation, LeastDeviation);
        TensorPrimitives.Multiply(voxels, factor, voxels);
        TensorPrimitives.Add(voxels, mean - (factor * raisedMean), voxels);
    }

    private static (float Mean, float Deviation) Moments(ReadOnlySpan<float> voxels)
    {
        // Sums of a few thousand voxels keep their digits in single precision.
        const int Block = 4096;
        double sum = 0, squares = 0;
        var shift = voxels[0];
        Span<float> centred = stackalloc float[Block];
        for (var start = 0; start < voxels.Length; start += Block)
        {
            var block = voxels.Slice(start, Math.Min(Block, voxels.Length - start));
            var differences = centred[..block.Length];
            TensorPrimitives.Subtract(block, shift, differences);
            sum += TensorPrimitives.Sum<float>(differences);
            squares += TensorPrimitives.SumOfSquares<float>(differences);
        }

        var mean = sum / voxels.Length;
        return ((float)(shift + mean), (float)Math.Sqrt(Math.Max(0, (squares / voxels.Length) - (mean * mean))));
    }
}
