using Microsoft.ML.MedicalSegmentation.Expressions;

namespace Microsoft.ML.MedicalSegmentation.Layers;

/// <summary>Convolution, batch norm, ReLU; the norm and the ReLU may be left out.</summary>
/// <param name="spatialDims">Number of spatial axes.</param>
/// <param name="inputs">Channels that come in.</param>
/// <param name="outputs">Channels that go out.</param>
/// <param name="kernel">Odd size of the kernel; the grid keeps its size where the stride is 1.</param>
/// <param name="stride">Step of the kernel; 1 if null.</param>
/// <param name="bias">Whether the convolution adds a number per channel.</param>
/// <param name="rectified">Whether the ReLU ends the unit.</param>
/// <param name="groups">Parts into which the channels are split.</param>
/// <param name="dilation">Distance of the kernel's elements.</param>
/// <param name="normalized">Whether there is a batch norm.</param>
public sealed class ConvolutionUnit(
    int spatialDims,
    long inputs,
    long outputs,
    PerAxis kernel,
    PerAxis? stride = null,
    bool bias = true,
    bool rectified = true,
    long groups = 1,
    long dilation = 1,
    bool normalized = true) : Layer
{
    private readonly Convolution convolution = new(
        spatialDims,
        inputs,
        outputs,
        kernel,
        stride,
        padding: kernel.Select(size => size / 2 * dilation).ToArray(),
        dilation: dilation,
        groups: groups,
        bias: bias);

    private readonly BatchNorm? norm = normalized ? new(outputs) : null;

    /// <summary>[N, inputs, S] -> [N, outputs, S / stride].</summary>
    public TensorExpression Forward(TensorExpression input)
    {
        using var scope = input.OpenScope();
        var convolved = convolution.Forward(input);
        var normal = norm?.Forward(convolved) ?? convolved;
        return scope.Keep(rectified ? normal.Relu() : normal);
    }
}
