using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using static Microsoft.ML.MedicalSegmentation.Tensors.HeldNumbers;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Networks.MultiScaleDualAttentionNets;

/// <summary>The terms of the loss of <see cref="MultiScaleDualAttention"/>, from the extras of its training output.</summary>
/// <remarks>
/// Sinha and Dolz 2021, https://arxiv.org/abs/1906.02849, eq. 5 to 8. Differs, as the authors' code does: means, not sums, of squares.
/// </remarks>
internal static class GuidedAttentionLosses
{
    public const string FirstCodes = "codes of stack 1";
    public const string SecondCodes = "codes of stack 2";
    public const string Inputs = "inputs of the semantic modules";
    public const string Decoded = "results of the semantic modules";

    /// <summary>Sum of a segmentation loss over the predictions of all scales and both stacks.</summary>
    public static Tensor Segmentation(NetworkOutput<Tensor> output, Tensor labels, Loss loss) =>
        Sum(output.SideLogits.Select(logits => loss.Compute(logits, labels)));

    /// <summary>How far the latent codes of both stacks differ.</summary>
    public static Tensor Guided(NetworkOutput<Tensor> output) => Distance(output, FirstCodes, SecondCodes);

    /// <summary>How far the semantic modules' results differ from what went in.</summary>
    public static Tensor Reconstruction(NetworkOutput<Tensor> output) => Distance(output, Inputs, Decoded);

    private static Tensor Distance(NetworkOutput<Tensor> output, string left, string right) =>
        Sum(output.Extras[left].Zip(output.Extras[right], (a, b) => (a - b).square().mean()));

    private static Tensor Sum(IEnumerable<Tensor> terms) => terms.Aggregate((sum, term) => sum.Plus(term));
}
