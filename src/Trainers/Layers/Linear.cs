using Microsoft.ML.MedicalSegmentation.Expressions;
using Parameter = TorchSharp.Modules.Parameter;

namespace Microsoft.ML.MedicalSegmentation.Layers;

/// <summary>A matrix over the last dimension.</summary>
/// <param name="inputs">Features that come in.</param>
/// <param name="outputs">Features that go out.</param>
/// <param name="bias">Whether a number per output is added.</param>
public sealed class Linear(long inputs, long outputs, bool bias = true) : Layer
{
    private readonly Parameter weight = WeightInitializer.Default(inputs, outputs, inputs);
    private readonly Parameter? bias = bias ? WeightInitializer.Default(inputs, outputs) : null;

    /// <summary>[outputs, inputs].</summary>
    internal Parameter Matrix => weight;

    /// <summary>[..., inputs] -> [..., outputs].</summary>
    /// <exception cref="ArgumentException">The last dimension has another size.</exception>
    public TensorExpression Forward(TensorExpression input) => input.Linear(weight, bias);
}
