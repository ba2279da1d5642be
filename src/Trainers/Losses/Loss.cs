using Microsoft.ML.MedicalSegmentation.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>A differentiable scalar loss over logits and class indices, with its settings.</summary>
/// <remarks>
/// <para>
/// A loss is an immutable record: <c>Loss = new DiceCrossEntropyLoss { BatchDice = true }</c>. Its init properties are its settings, which
/// are written to JSON with the training's options and compared when training resumes.
/// </para>
/// <para>
/// To add one, derive a sealed record and implement <see cref="ComputeCore"/>. Pass the object to the trainer;
/// <see cref="LossList.Register"/> is needed only where files or command lines name it.
/// </para>
/// <para>
/// Write numbers as <see cref="Number(double)"/> and sums of tensors as <see cref="Sum"/>. TorchSharp frees a number that nothing refers
/// to, at times before libtorch has read it: <c>2 * tensor</c> and <c>tensor + other</c> then fail, once in many thousands of steps.
/// </para>
/// <para>Losses take logits, so that no network contains an activation that its loss or its scoring would undo.</para>
/// </remarks>
public abstract record Loss
{
    /// <summary>Class index of voxels that are left out, such as voxels without an annotation.</summary>
    /// <value>Any index. Default: null, every voxel counts.</value>
    public int? IgnoreIndex { get; init; }

    /// <summary>The loss of a batch.</summary>
    /// <param name="logits">[N, K, D, H, W], or [N, K, H, W] for images: a score per class, before softmax; K is at least 2.</param>
    /// <param name="labels">[N, D, H, W] or [N, H, W], int64: class indices 0 to K - 1, or <see cref="IgnoreIndex"/>.</param>
    /// <returns>A scalar tensor that carries the gradient.</returns>
    /// <exception cref="ArgumentException">
    /// The shapes do not belong together, there is one class only, or the labels are not int64.
    /// </exception>
    public Tensor Compute(Tensor logits, Tensor labels)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(labels);
        CheckShapes(logits.shape, labels.shape);
        if (labels.dtype != ScalarType.Int64)
        {
            throw new ArgumentException(
                $"The labels are {labels.dtype}; a loss needs class indices as Int64. Convert them with to(int64).",
                nameof(labels)
            );
        }

        return ComputeCore(logits, labels);
    }

    /// <summary>Checks all settings together.</summary>
    /// <exception cref="ArgumentException">A setting is out of its limits; the message lists every one.</exception>
    public void Validate()
    {
        var faults = Faults().ToList();
        if (faults.Count > 0)
        {
            throw new ArgumentException($"The loss {GetType().Name} cannot be used. {string.Join(" ", faults)}");
        }
    }

    /// <summary>The loss of a batch whose shapes and type have been checked.</summary>
    /// <param name="logits">[N, K, D, H, W] or [N, K, H, W]; K is at least 2.</param>
    /// <param name="labels">[N, D, H, W] or [N, H, W], int64.</param>
    /// <returns>A scalar tensor that carries the gradient.</returns>
    protected abstract Tensor ComputeCore(Tensor logits, Tensor labels);

    /// <summary>Every setting out of its limits, as a sentence with the value and the limit. Default: none.</summary>
    protected internal virtual IEnumerable<string> Faults() => [];

    /// <summary>Every setting that does not fit a number of classes, as a sentence. Default: none.</summary>
    /// <param name="classes">Classes of the data, the background included.</param>
    protected internal virtual IEnumerable<string> Faults(int classes) => [];

    /// <summary>A number for an operation on tensors, held until the operation has ended.</summary>
    /// <param name="value">Any number.</param>
    protected static Scalar Number(double value) => HeldNumbers.Number(value);

    /// <inheritdoc cref="Number(double)"/>
    protected static Scalar Number(long value) => HeldNumbers.Number(value);

    /// <summary>The sum of two tensors.</summary>
    /// <param name="left">Any shape.</param>
    /// <param name="right">A shape to which, or from which, the other is broadcast.</param>
    protected static Tensor Sum(Tensor left, Tensor right) => left.Plus(right);

    /// <summary>The fewest outputs that a network may have.</summary>
    private protected virtual int FewestOutputs => 2;

    private void CheckShapes(long[] logits, long[] labels)
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

        if (logits[1] < FewestOutputs)
        {
            throw new ArgumentException(
                $"The logits have {logits[1]} class. A segmentation has at least {FewestOutputs}, the background being one of them.",
                nameof(logits)
            );
        }
    }
}
