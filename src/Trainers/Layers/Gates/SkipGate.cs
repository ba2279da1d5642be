using Microsoft.ML.MedicalSegmentation.Expressions;

namespace Microsoft.ML.MedicalSegmentation.Layers.Gates;

/// <summary>Weights a skip connection by its relevance to a gating signal.</summary>
internal abstract class SkipGate : Layer
{
    /// <summary>Weights each position of <paramref name="skip"/>.</summary>
    /// <param name="skip">[N, C, S].</param>
    /// <param name="gating">[N, G, S'], of the same grid or a coarser one.</param>
    /// <returns>[N, C, S].</returns>
    /// <exception cref="ArgumentException">A channel count differs from the constructor's.</exception>
    public abstract TensorExpression Forward(TensorExpression skip, TensorExpression gating);
}
