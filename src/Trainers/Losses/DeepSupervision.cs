using static Microsoft.ML.MedicalSegmentation.Tensors.HeldNumbers;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Losses;

/// <summary>Adds up a loss over a network's outputs at several resolutions, the finest counting most.</summary>
/// <remarks>
/// Output i weighs 2^-i before normalisation to a sum of 1, as nnU-Net and UNETR++ ([4/7, 2/7, 1/7]) do.
/// Labels are brought to an output's size by nearest neighbour. Lee et al. 2015, https://arxiv.org/abs/1409.5185.
/// </remarks>
/// <param name="loss">What is computed for each output.</param>
/// <param name="dropCoarsest">Whether the coarsest of several outputs counts nothing, as in nnU-Net v2.</param>
internal sealed class DeepSupervision(Loss loss, bool dropCoarsest = false)
{
    /// <summary>The weight of each of <paramref name="outputs"/> outputs, finest first; they sum to 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no output.</exception>
    public double[] Weights(int outputs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        var counted = dropCoarsest && outputs > 1 ? outputs - 1 : outputs;
        var weights = Enumerable.Range(0, outputs).Select(i => i < counted ? Math.Pow(2, -i) : 0).ToArray();
        var sum = weights.Sum();
        return [.. weights.Select(weight => weight / sum)];
    }

    /// <summary>The weighted sum over the outputs.</summary>
    /// <param name="outputs">Logits [N, K, spatial axes], finest first.</param>
    /// <param name="labels">[N, spatial axes] of the finest output, int64.</param>
    public Tensor Compute(IReadOnlyList<Tensor> outputs, Tensor labels)
    {
        var weights = Weights(outputs.Count);
        var total = Number(weights[0]) * loss.Compute(outputs[0], labels);
        for (var i = 1; i < outputs.Count; i++)
        {
            if (weights[i] > 0)
            {
                total = total.Plus(Number(weights[i]) * loss.Compute(outputs[i], Shrink(labels, outputs[i].shape[2..])));
            }
        }

        return total;
    }

    // Single precision holds every class index exactly.
    private static Tensor Shrink(Tensor labels, long[] size)
        => nn.functional.interpolate(labels.unsqueeze(1).to_type(ScalarType.Float32), size).squeeze(1).to_type(ScalarType.Int64);
}
