using Microsoft.ML.MedicalSegmentation.Expressions;
using Parameter = TorchSharp.Modules.Parameter;

namespace Microsoft.ML.MedicalSegmentation.Layers;

/// <summary>A transposed convolution: each input element writes a kernel, which enlarges the grid by the stride.</summary>
/// <param name="spatialDims">Number of spatial axes.</param>
/// <param name="inputs">Channels that come in.</param>
/// <param name="outputs">Channels that go out.</param>
/// <param name="kernel">Size of the kernel.</param>
/// <param name="stride">Step between the kernels; 1 if null.</param>
/// <param name="padding">Elements cut from both sides; 0 if null.</param>
/// <param name="outputPadding">Elements added on the far side; 0 if null.</param>
/// <param name="groups">Parts into which the channels are split.</param>
/// <param name="bias">Whether a number per output channel is added.</param>
public sealed class TransposedConvolution(
    int spatialDims,
    long inputs,
    long outputs,
    PerAxis kernel,
    PerAxis? stride = null,
    PerAxis? padding = null,
    PerAxis? outputPadding = null,
    long groups = 1,
    bool bias = true) : Layer
{
    // PyTorch counts the fan-in of a transposed weight over its second dimension.
    private readonly Parameter weight = WeightInitializer.Default(
        WeightInitializer.FanIn(spatialDims, outputs / groups, kernel), [inputs, outputs / groups, .. kernel.For(spatialDims)]);

    private readonly Parameter? bias = bias
        ? WeightInitializer.Default(WeightInitializer.FanIn(spatialDims, outputs / groups, kernel), outputs)
        : null;

    /// <summary>[N, inputs, S] -> [N, outputs, S'].</summary>
    /// <exception cref="ArgumentException">The channels or the number of axes differ.</exception>
    public TensorExpression Forward(TensorExpression input) =>
        input.TransposedConvolution(weight, bias, stride ?? 1, padding ?? 0, outputPadding ?? 0, 1, groups);
}
