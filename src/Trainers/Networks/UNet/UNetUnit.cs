namespace Microsoft.ML.MedicalSegmentation;

/// <summary>One step of a stage of a <see cref="UNet"/>.</summary>
internal abstract class UNetUnit : Layer
{
    /// <summary>[N, inputs, S] -> [N, outputs, S / stride].</summary>
    public abstract Value Forward(Value input);
}
