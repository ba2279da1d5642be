using static Microsoft.ML.MedicalSegmentation.Tensors.HeldNumbers;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Losses;

/// <summary>What was predicted and what is true, class by class; both are 0 where the label is the ignored one.</summary>
/// <param name="Predicted">[N, K, spatial axes]: softmax of the logits.</param>
/// <param name="Actual">[N, K, spatial axes]: 1 for the true class, 0 for the others.</param>
/// <param name="Counted">[N, 1, spatial axes]: false where the label is the ignored one; null where none is.</param>
internal readonly record struct ClassProbabilities(Tensor Predicted, Tensor Actual, Tensor? Counted)
{
    /// <summary>The probabilities of a batch.</summary>
    /// <param name="logits">[N, K, spatial axes].</param>
    /// <param name="labels">[N, spatial axes], int64.</param>
    /// <param name="ignoreIndex">Class index of voxels that are left out; null for none.</param>
    public static ClassProbabilities Of(Tensor logits, Tensor labels, int? ignoreIndex)
    {
        var predicted = logits.softmax(1);
        var index = labels.unsqueeze(1);
        Tensor? counted = null;
        if (ignoreIndex is { } ignored)
        {
            counted = index.ne(Number(ignored));
            index = index.masked_fill(index.eq(Number(ignored)), Number(0));
            predicted = predicted * counted;
        }

        var one = counted?.to_type(logits.dtype) ?? ones(index.shape, logits.dtype, logits.device);
        return new(predicted, zeros(logits.shape, logits.dtype, logits.device).scatter_(1, index, one), counted);
    }

    /// <summary>The same without class 0.</summary>
    public ClassProbabilities Foreground =>
        new(Predicted.narrow(1, 1, Predicted.shape[1] - 1), Actual.narrow(1, 1, Actual.shape[1] - 1), Counted);
}
