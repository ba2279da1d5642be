namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Weights a skip connection by its relevance to a gating signal.</summary>
public abstract class SkipGate : Layer
{
    /// <summary>Weights each position of <paramref name="skip"/>.</summary>
    /// <param name="skip">[N, C, S].</param>
    /// <param name="gating">[N, G, S'], of the same grid or a coarser one.</param>
    /// <returns>[N, C, S].</returns>
    /// <exception cref="ArgumentException">A channel count differs from the constructor's.</exception>
    public abstract Value Forward(Value skip, Value gating);
}
