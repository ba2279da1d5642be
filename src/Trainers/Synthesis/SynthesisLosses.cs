using static Microsoft.ML.MedicalSegmentation.Tensors.HeldNumbers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Microsoft.ML.MedicalSegmentation.Synthesis;

/// <summary>
/// The terms of the losses of generator and discriminators. Voxels outside the volumes count nowhere: <c>valid</c> is 1 inside and 0
/// outside.
/// </summary>
internal static class SynthesisLosses
{
    /// <summary>M = 1 + weight (1 - P): how much the reconstruction error of each voxel counts.</summary>
    /// <param name="realness">[N, 1, S]: P, the probability that the voxel was recorded; no gradient flows through it.</param>
    /// <param name="weight">Beta.</param>
    /// <param name="valid">[N, 1, S].</param>
    /// <param name="isRelative">True to divide by the mean over valid voxels of each patch.</param>
    public static Tensor DifficultyMap(Tensor realness, double weight, Tensor valid, bool isRelative)
    {
        var map = (OneMinus(realness.detach()) * Number(weight)).Plus(1);
        if (!isRelative)
        {
            return map;
        }

        var dimensions = Enumerable.Range(1, (int)map.dim() - 1).Select(dimension => (long)dimension).ToArray();
        return map * valid.sum(dimensions, keepdim: true) / (map * valid).sum(dimensions, keepdim: true).clamp_min(Number(1e-6));
    }

    /// <summary>Mean of M |target - output|^exponent over valid voxels and channels.</summary>
    /// <param name="output">[N, C, S].</param>
    /// <param name="target">[N, C, S].</param>
    /// <param name="valid">[N, 1, S].</param>
    /// <param name="difficulty">M, [N, 1, S]; null for 1 everywhere.</param>
    /// <param name="exponent">1 to 2.</param>
    public static Tensor Reconstruction(Tensor output, Tensor target, Tensor valid, Tensor? difficulty, double exponent)
    {
        var errors = Power((target - output).abs(), exponent) * valid;
        return (difficulty is null ? errors : errors * difficulty).sum() / (valid.sum() * Number(output.shape[1])).clamp_min(One);
    }

    /// <summary>
    /// Sum over the axes of the mean of (|step of target| - |step of output|)², a step being the difference of neighbours along the axis
    /// that are both valid.
    /// </summary>
    /// <inheritdoc cref="Reconstruction"/>
    public static Tensor GradientDifference(Tensor output, Tensor target, Tensor valid)
    {
        Tensor? sum = null;
        for (var axis = 2; axis < output.dim(); axis++)
        {
            var count = output.shape[axis] - 1;
            if (count == 0)
            {
                continue;
            }

            Tensor Step(Tensor of) => (of.narrow(axis, 1, count) - of.narrow(axis, 0, count)).abs();
            var both = valid.narrow(axis, 1, count) * valid.narrow(axis, 0, count);
            var mean = ((Step(target) - Step(output)).square() * both).sum() / (both.sum() * Number(output.shape[1])).clamp_min(One);
            sum = sum is null ? mean : sum.Plus(mean);
        }

        return sum ?? (output * Number(0)).sum();
    }

    /// <summary>Cross-entropy of logits with "recorded": mean of ln(1 + exp(-logit)).</summary>
    public static Tensor ForReal(Tensor logits) => -functional.logsigmoid(logits).mean();

    /// <summary>Cross-entropy of logits with "synthetic": mean of ln(1 + exp(logit)).</summary>
    public static Tensor ForSynthetic(Tensor logits) => -functional.logsigmoid(-logits).mean();

    private static Tensor Power(Tensor errors, double exponent) =>
        exponent == 1 ? errors
        : exponent == 2 ? errors.square()
        : errors.pow(Number(exponent));
}
