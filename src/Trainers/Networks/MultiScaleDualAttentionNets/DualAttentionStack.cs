using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Layers;

namespace Microsoft.ML.MedicalSegmentation.Networks.MultiScaleDualAttentionNets;

/// <summary>
/// One stack of guided attention: at each scale both attentions are added and multiplied by what the semantic module decodes.
/// </summary>
/// <param name="spatialDims">Number of spatial axes.</param>
/// <param name="width">Channels of each scale.</param>
/// <param name="scales">Number of scales; they share the semantic module.</param>
/// <remarks>Sinha and Dolz 2021, https://arxiv.org/abs/1906.02849, figure 2.</remarks>
internal sealed class DualAttentionStack(int spatialDims, long width, int scales) : Layer
{
    private readonly SemanticModule semantic = new(spatialDims, 2 * width);

    private readonly DualAttentionBranch[] positions =
        [.. Enumerable.Range(0, scales).Select(_ => new DualAttentionBranch(spatialDims, width, ofPositions: true))];

    private readonly DualAttentionBranch[] channels =
        [.. Enumerable.Range(0, scales).Select(_ => new DualAttentionBranch(spatialDims, width, ofPositions: false))];

    private readonly Convolution[] guidance =
        [.. Enumerable.Range(0, scales).Select(_ => new Convolution(spatialDims, 2 * width, width, kernel: 3, padding: 1))];

    private readonly Convolution[] outputs =
        [.. Enumerable.Range(0, scales).Select(_ => new Convolution(spatialDims, width, width, kernel: 1))];

    /// <summary>Attends at one scale.</summary>
    /// <param name="scale">Its number, 0 being the finest.</param>
    /// <param name="input">[N, 2 x width, S]: the scale's features and those that all scales share.</param>
    public Guided Forward(int scale, TensorExpression input)
    {
        var (code, decoded) = semantic.Forward(input);
        using var scope = input.OpenScope();
        var attended = positions[scale].Forward(input) + channels[scale].Forward(input);
        return new(input, code, decoded, scope.Keep(outputs[scale].Forward(attended * guidance[scale].Forward(decoded))));
    }

    /// <summary>What a scale gives.</summary>
    /// <param name="Input">[N, 2 x width, S]: what went in.</param>
    /// <param name="Code">[N, 8 x width, S / 4]: the semantic module's latent code.</param>
    /// <param name="Decoded">[N, 2 x width, S]: what the module decodes from it.</param>
    /// <param name="Attention">[N, width, S]: the refined features.</param>
    internal readonly record struct Guided(
        TensorExpression Input,
        TensorExpression Code,
        TensorExpression Decoded,
        TensorExpression Attention
    );
}
