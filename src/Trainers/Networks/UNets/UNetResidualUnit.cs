using Microsoft.ML.MedicalSegmentation.Expressions;

namespace Microsoft.ML.MedicalSegmentation.Networks.UNets;

/// <summary>Two convolutions around which a residual connection runs; where the grid shrinks, the residual is averaged.</summary>
/// <param name="spatialDims">Number of spatial axes.</param>
/// <param name="inputs">Channels that come in.</param>
/// <param name="outputs">Channels that go out; where they differ, the residual passes a 1x1 convolution and a norm.</param>
/// <param name="kernel">Odd size of the kernels.</param>
/// <param name="stride">Step of the first kernel.</param>
/// <remarks>
/// He et al. 2019, Bag of Tricks for Image Classification with Convolutional Neural Networks (ResNet-D), https://arxiv.org/abs/1812.01187;
/// Isensee et al. 2024, nnU-Net Revisited, https://arxiv.org/abs/2404.09556.
/// </remarks>
internal sealed class UNetResidualUnit(int spatialDims, long inputs, long outputs, PerAxis kernel, PerAxis stride) : UNetUnit
{
    private readonly UNetConvolutionUnit first = new(spatialDims, inputs, outputs, kernel, stride);
    private readonly UNetConvolutionUnit second = new(spatialDims, outputs, outputs, kernel, rectified: false);

    private readonly UNetConvolutionUnit? shortcut =
        inputs != outputs ? new(spatialDims, inputs, outputs, kernel: 1, bias: false, rectified: false) : null;

    /// <inheritdoc/>
    public override TensorExpression Forward(TensorExpression input)
    {
        using var scope = input.OpenScope();
        var inner = second.Forward(first.Forward(input));
        var residual = stride.Any(step => step > 1) ? input.AveragePool(stride) : input;
        return scope.Keep((inner + (shortcut?.Forward(residual) ?? residual)).LeakyRelu());
    }
}
