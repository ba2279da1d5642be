namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Convolution, batch norm, ReLU.</summary>
/// <param name="spatialDims">Number of spatial axes.</param>
/// <param name="inputs">Channels that come in.</param>
/// <param name="outputs">Channels that go out.</param>
/// <param name="kernel">Odd size of the kernel; the grid keeps its size where the stride is 1.</param>
/// <param name="stride">Step of the kernel; 1 if null.</param>
/// <param name="bias">Whether the convolution adds a number per channel.</param>
/// <param name="rectified">Whether the ReLU ends the unit.</param>
/// <param name="groups">Parts into which the channels are split.</param>
/// <param name="dilation">Distance of the kernel's elements.</param>
public sealed class ConvolutionUnit(
    int spatialDims,
    long inputs,
    long outputs,
    PerAxis kernel,
    PerAxis? stride = null,
    bool bias = true,
    bool rectified = true,
    long groups = 1,
    long dilation = 1) : Layer
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

    private readonly BatchNorm norm = new(outputs);

    /// <summary>[N, inputs, S] -> [N, outputs, S / stride].</summary>
    public Value Forward(Value input)
    {
        using var scope = input.OpenScope();
        var normal = norm.Forward(convolution.Forward(input));
        return scope.Keep(rectified ? normal.Relu() : normal);
    }
}
