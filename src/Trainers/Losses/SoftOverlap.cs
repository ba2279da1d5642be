using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Losses;

/// <summary>How much predicted and true classes overlap, counted with probabilities instead of decisions.</summary>
/// <param name="Both">Sum over voxels of the probability of the true class, per class: soft true positives.</param>
/// <param name="Predicted">Sum of probabilities, per class.</param>
/// <param name="Actual">Number of voxels, per class.</param>
internal readonly record struct SoftOverlap(Tensor Both, Tensor Predicted, Tensor Actual)
{
    /// <summary>Counts over the voxels of each sample ([N, K]) or of the whole batch ([K]), with or without class 0.</summary>
    /// <param name="logits">[N, K, spatial axes].</param>
    /// <param name="labels">[N, spatial axes], int64.</param>
    /// <param name="ignoreIndex">Class index of voxels that are left out; null for none.</param>
    /// <param name="includeBackground">Whether class 0 is counted.</param>
    /// <param name="pooled">Whether the samples of the batch are counted together.</param>
    public static SoftOverlap Count(Tensor logits, Tensor labels, int? ignoreIndex, bool includeBackground, bool pooled)
    {
        var (predicted, actual, _) = ClassProbabilities.Of(logits, labels, ignoreIndex);
        var overlap = Sum(predicted, actual, pooled);
        return includeBackground ? overlap : overlap.WithoutBackground();
    }

    /// <summary>Sums over the voxels of each sample ([N, K]) or of the whole batch ([K]).</summary>
    /// <param name="predicted">[N, K, spatial axes], 0 to 1.</param>
    /// <param name="actual">[N, K, spatial axes], 0 or 1.</param>
    /// <param name="pooled">Whether the samples of the batch are counted together.</param>
    public static SoftOverlap Sum(Tensor predicted, Tensor actual, bool pooled)
    {
        // Everything but the class axis, and but the sample axis where samples are kept apart.
        var axes = Enumerable
            .Range(0, (int)predicted.dim())
            .Where(axis => axis != 1 && (axis != 0 || pooled))
            .Select(axis => (long)axis)
            .ToArray();
        return new SoftOverlap((predicted * actual).sum(axes), predicted.sum(axes), actual.sum(axes));
    }

    private SoftOverlap WithoutBackground() => new(Foreground(Both), Foreground(Predicted), Foreground(Actual));

    private static Tensor Foreground(Tensor perClass)
    {
        var classAxis = perClass.dim() - 1;
        return perClass.narrow(classAxis, 1, perClass.shape[classAxis] - 1);
    }
}
