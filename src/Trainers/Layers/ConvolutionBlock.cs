using Microsoft.ML.MedicalSegmentation.Expressions;

namespace Microsoft.ML.MedicalSegmentation.Layers;

/// <summary>Two convolution units, the block of every U-Net.</summary>
/// <param name="spatialDims">Number of spatial axes.</param>
/// <param name="inputs">Channels that come in.</param>
/// <param name="outputs">Channels that go out.</param>
/// <param name="kernel">Odd size of the kernels; 3 if null.</param>
/// <param name="middle">Channels between the two; <paramref name="outputs"/> if null.</param>
/// <param name="normalized">Whether the units have batch norms.</param>
/// <remarks>Ronneberger et al. 2015, https://arxiv.org/abs/1505.04597, with padding and batch norm.</remarks>
public sealed class ConvolutionBlock(
    int spatialDims, long inputs, long outputs, PerAxis? kernel = null, long? middle = null, bool normalized = true) : Layer
{
    private readonly ConvolutionUnit first = new(spatialDims, inputs, middle ?? outputs, kernel ?? 3, normalized: normalized);
    private readonly ConvolutionUnit second = new(spatialDims, middle ?? outputs, outputs, kernel ?? 3, normalized: normalized);

    /// <summary>[N, inputs, S] -> [N, outputs, S].</summary>
    public TensorExpression Forward(TensorExpression input)
    {
        using var scope = input.OpenScope();
        return scope.Keep(second.Forward(first.Forward(input)));
    }
}
