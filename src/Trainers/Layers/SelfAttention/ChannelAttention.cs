using Microsoft.ML.MedicalSegmentation.Expressions;
using Parameter = TorchSharp.Modules.Parameter;

namespace Microsoft.ML.MedicalSegmentation.Layers.SelfAttention;

/// <summary>Channel attention: each channel gathers the channels that differ from it most.</summary>
/// <remarks>
/// The products of channels are subtracted from the largest of their row before the softmax, so that unlike channels weigh most. It has
/// no projections, any number of channels and axes, and starts as the identity.
/// Fu et al. 2019, Dual Attention Network for Scene Segmentation, https://arxiv.org/abs/1809.02983 (CAM).
/// </remarks>
internal sealed class ChannelAttention : Layer
{
    private readonly Parameter gamma = WeightInitializer.Constant(0, 1);

    /// <summary>[N, C, S] -> the same.</summary>
    public TensorExpression Forward(TensorExpression input)
    {
        using var scope = input.OpenScope();
        var rows = input.Flatten(2);
        var likeness = rows.MatMul(rows.Transpose(1, 2));
        var weights = (likeness.Max([-1], keepDimensions: true) - likeness).Softmax(-1).Shown(this, "attention"); // [N, C, C]
        var gathered = weights.MatMul(rows).Reshape([-1, input.Shape.Channels, .. input.Shape.Spatial]);
        gathered.ShowMap(this, "response", () => (gathered * gathered).Mean([1], keepDimensions: true).Sqrt());
        return scope.Keep((gamma * gathered) + input);
    }
}
