using Microsoft.ML.MedicalSegmentation.Expressions;

namespace Microsoft.ML.MedicalSegmentation.Layers.SelfAttention;

/// <summary>
/// Each position gathers features of all positions, or of a coarser grid, weighted by likeness, and adds them to its own.
/// </summary>
/// <param name="spatialDims">Number of spatial axes.</param>
/// <param name="channels">C.</param>
/// <param name="innerChannels">Channels in which positions are compared and gathered.</param>
/// <param name="subsampling">
/// By how much the grid that is gathered from is coarser; an axis that is shorter is pooled to one position.
/// </param>
/// <remarks>Wang et al. 2018, Non-local Neural Networks, https://arxiv.org/abs/1711.07971, the embedded Gaussian form.</remarks>
internal sealed class NonLocalBlock(int spatialDims, long channels, long innerChannels, long subsampling = 2) : Layer
{
    private readonly Convolution query = new(spatialDims, channels, innerChannels, kernel: 1);
    private readonly Convolution key = new(spatialDims, channels, innerChannels, kernel: 1);
    private readonly Convolution value = new(spatialDims, channels, innerChannels, kernel: 1);
    private readonly ConvolutionUnit output = new(spatialDims, innerChannels, channels, kernel: 1, rectified: false);

    /// <summary>[N, channels, S] -> the same.</summary>
    /// <exception cref="ArgumentException">The channels or the number of axes differ.</exception>
    public TensorExpression Forward(TensorExpression input)
    {
        using var scope = input.OpenScope();
        var pooled = Subsampled(key.Forward(input));
        var keys = pooled.Flatten(2);
        var values = Subsampled(value.Forward(input)).Flatten(2);
        var weights = query.Forward(input).Flatten(2).Transpose(1, 2).MatMul(keys).Softmax(-1).Shown(this, "attention");
        weights.ShowMap(this, "attention", () => AttentionReceived.OverGrid(weights, pooled.Shape.Spatial));
        // Weights first: the gradient of their softmax then has the order of the weights, and none of their size is copied.
        var gathered = weights.MatMul(values.Transpose(1, 2)).Transpose(1, 2).Reshape([-1, innerChannels, .. input.Shape.Spatial]);
        return scope.Keep(output.Forward(gathered) + input);
    }

    private TensorExpression Subsampled(TensorExpression features) => subsampling == 1
        ? features
        : features.MaxPool(features.Shape.Spatial.Select(side => Math.Min(side, subsampling)).ToArray());
}
