using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Layers;

namespace Microsoft.ML.MedicalSegmentation.Networks.UNets;

/// <summary>Convolution, instance norm with scale and shift, leaky rectifier of slope 0.01.</summary>
/// <param name="spatialDims">Number of spatial axes.</param>
/// <param name="inputs">Channels that come in.</param>
/// <param name="outputs">Channels that go out.</param>
/// <param name="kernel">Odd size of the kernel.</param>
/// <param name="stride">Step of the kernel; 1 if null.</param>
/// <param name="bias">Whether the convolution adds a number per channel.</param>
/// <param name="rectified">Whether the rectifier ends the unit.</param>
/// <remarks>Isensee et al. 2021, nnU-Net, https://doi.org/10.1038/s41592-020-01008-z.</remarks>
internal sealed class UNetConvolutionUnit(
    int spatialDims, long inputs, long outputs, PerAxis kernel, PerAxis? stride = null, bool bias = true, bool rectified = true) : UNetUnit
{
    private readonly Convolution convolution = new(
        spatialDims, inputs, outputs, kernel, stride, padding: kernel.Select(size => size / 2).ToArray(), bias: bias);

    private readonly InstanceNorm norm = new(outputs, affine: true);

    /// <inheritdoc/>
    public override TensorExpression Forward(TensorExpression input)
    {
        using var scope = input.OpenScope();
        var normal = norm.Forward(convolution.Forward(input));
        return scope.Keep(rectified ? normal.LeakyRelu() : normal);
    }
}
