using Microsoft.ML.MedicalSegmentation.Expressions;
using Parameter = TorchSharp.Modules.Parameter;

namespace Microsoft.ML.MedicalSegmentation.Layers;

/// <summary>A convolution over one, two or three spatial axes.</summary>
/// <param name="spatialDims">Number of spatial axes.</param>
/// <param name="inputs">Channels that come in.</param>
/// <param name="outputs">Channels that go out.</param>
/// <param name="kernel">Size of the kernel.</param>
/// <param name="stride">Step of the kernel; 1 if null.</param>
/// <param name="padding">Zeros on both sides; 0 if null.</param>
/// <param name="dilation">Distance of the kernel's elements; 1 if null.</param>
/// <param name="groups">Parts into which the channels are split.</param>
/// <param name="bias">Whether a number per output channel is added.</param>
public sealed class Convolution(
    int spatialDims,
    long inputs,
    long outputs,
    PerAxis kernel,
    PerAxis? stride = null,
    PerAxis? padding = null,
    PerAxis? dilation = null,
    long groups = 1,
    bool bias = true) : Layer
{
    private readonly Parameter weight = WeightInitializer.Default(
        WeightInitializer.FanIn(spatialDims, inputs / groups, kernel), [outputs, inputs / groups, .. kernel.For(spatialDims)]);

    private readonly Parameter? bias = bias
        ? WeightInitializer.Default(WeightInitializer.FanIn(spatialDims, inputs / groups, kernel), outputs)
        : null;

    /// <summary>[N, inputs, S] -> [N, outputs, S'].</summary>
    /// <exception cref="ArgumentException">The channels or the number of axes differ, or the kernel does not fit.</exception>
    public TensorExpression Forward(TensorExpression input) =>
        input.Convolution(weight, bias, stride ?? 1, padding ?? 0, dilation ?? 1, groups);
}
