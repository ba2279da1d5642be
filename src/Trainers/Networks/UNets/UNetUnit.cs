using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Layers;

namespace Microsoft.ML.MedicalSegmentation.Networks.UNets;

/// <summary>One step of a stage of a <see cref="UNet"/>.</summary>
internal abstract class UNetUnit : Layer
{
    /// <summary>[N, inputs, S] -> [N, outputs, S / stride].</summary>
    public abstract TensorExpression Forward(TensorExpression input);
}
