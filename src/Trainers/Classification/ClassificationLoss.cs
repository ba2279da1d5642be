using static Microsoft.ML.MedicalSegmentation.Tensors.HeldNumbers;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Classification;

/// <summary>Cross-entropy of classes with weights and smoothed labels.</summary>
/// <remarks>
/// With smoothing e, the target gives 1 - e to the true class and e / K to all K classes: Szegedy et al. 2016,
/// https://arxiv.org/abs/1512.00567. Each class's term counts with its weight, and the sum is divided by the weights of the true classes,
/// as PyTorch's cross_entropy.
/// </remarks>
internal sealed class ClassificationLoss : IDisposable
{
    private readonly Tensor? _weights;
    private readonly double _smoothing;

    /// <param name="weights">One per class; null for 1.</param>
    /// <param name="smoothing">0 to below 1.</param>
    /// <param name="device">Where logits are.</param>
    public ClassificationLoss(IReadOnlyList<double>? weights, double smoothing, Device device)
    {
        float[]? numbers = weights is null ? null : [.. weights.Select(weight => (float)weight)];
        _weights = numbers is null ? null : tensor(numbers, ScalarType.Float32).to(device).DetachFromDisposeScope();
        _smoothing = smoothing;
    }

    /// <summary>The loss of a batch.</summary>
    /// <param name="logits">[N, K].</param>
    /// <param name="classes">[N], int64.</param>
    /// <returns>A scalar that carries the gradient.</returns>
    public Tensor Compute(Tensor logits, Tensor classes)
    {
        var terms = -logits.log_softmax(1);
        var ofTrue = terms.gather(1, classes.unsqueeze(1)).squeeze(1);
        if (_weights is not null)
        {
            terms = terms * _weights;
            var weights = _weights.index_select(0, classes);
            var sum = weights.sum().clamp_min(Number(1e-12));
            return (Number(1 - _smoothing) * (ofTrue * weights).sum() / sum).Plus(Number(_smoothing / logits.shape[1]) * terms.sum() / sum);
        }

        return (Number(1 - _smoothing) * ofTrue.mean()).Plus(Number(_smoothing) * terms.mean());
    }

    /// <inheritdoc/>
    public void Dispose() => _weights?.Dispose();
}
