namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Each position gathers features from a grid of half the resolution, weighted by likeness, and adds them to its own.</summary>
/// <param name="spatialDims">Number of spatial axes.</param>
/// <param name="channels">C.</param>
/// <param name="innerChannels">Channels in which positions are compared and gathered.</param>
/// <remarks>Wang et al. 2018, Non-local Neural Networks, https://arxiv.org/abs/1711.07971, the embedded Gaussian form.</remarks>
public sealed class NonLocalBlock(int spatialDims, long channels, long innerChannels) : Layer
{
    private readonly Convolution query = new(spatialDims, channels, innerChannels, kernel: 1);
    private readonly Convolution key = new(spatialDims, channels, innerChannels, kernel: 1);
    private readonly Convolution value = new(spatialDims, channels, innerChannels, kernel: 1);
    private readonly ConvolutionUnit output = new(spatialDims, innerChannels, channels, kernel: 1, rectified: false);

    /// <summary>[N, channels, S] -> the same; each side of S is at least 2.</summary>
    /// <exception cref="ArgumentException">The channels or the number of axes differ, or a side is 1.</exception>
    public Value Forward(Value input)
    {
        using var scope = input.OpenScope();
        var keys = key.Forward(input).MaxPool(2).Flatten(2);
        var values = value.Forward(input).MaxPool(2).Flatten(2);
        var weights = query.Forward(input).Flatten(2).Transpose(1, 2).MatMul(keys).Softmax(-1).Shown(this, "attention");
        var gathered = values.MatMul(weights.Transpose(1, 2)).Reshape([-1, innerChannels, .. input.Shape.Spatial]);
        return scope.Keep(output.Forward(gathered) + input);
    }
}
