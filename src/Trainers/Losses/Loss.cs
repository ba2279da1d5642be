using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Says how wrong a segmentation is, as one number that training makes smaller.</summary>
/// <remarks>Losses take logits, so that no network contains an activation that its loss or its scoring would undo.</remarks>
public abstract class Loss
{
    /// <summary>The loss of a batch.</summary>
    /// <param name="logits">[N, K, D, H, W], or [N, K, H, W] for images: a score per class, before softmax; K is at least 2.</param>
    /// <param name="labels">[N, D, H, W] or [N, H, W], int64: class indices 0 to K - 1, or the ignored index.</param>
    /// <returns>A scalar tensor that carries the gradient.</returns>
    /// <exception cref="ArgumentException">The shapes do not belong together, there is one class only, or the labels are not int64.</exception>
    public Tensor Compute(Tensor logits, Tensor labels)
    {
        CheckShapes(logits.shape, labels.shape);
        if (labels.dtype != ScalarType.Int64)
        {
            throw new ArgumentException($"The labels are {labels.dtype}; a loss needs class indices as Int64. Convert them with to(int64).", nameof(labels));
        }

        return ComputeCore(logits, labels);
    }

    /// <summary>The loss of a batch whose shapes have been checked.</summary>
    private protected abstract Tensor ComputeCore(Tensor logits, Tensor labels);

    private static void CheckShapes(long[] logits, long[] labels)
    {
        var belong = logits.Length >= 3 && labels.Length == logits.Length - 1 && logits[0] == labels[0]
            && logits.AsSpan(2).SequenceEqual(labels.AsSpan(1));
        if (!belong)
        {
            throw new ArgumentException(
                $"The logits are [{string.Join(", ", logits)}] and the labels [{string.Join(", ", labels)}]. "
                + "Labels need the shape of the logits without the class axis: [N, K, D, H, W] and [N, D, H, W].",
                nameof(labels));
        }

        if (logits[1] < 2)
        {
            throw new ArgumentException(
                $"The logits have {logits[1]} class. A segmentation has at least 2, the background being one of them.", nameof(logits));
        }
    }
}
