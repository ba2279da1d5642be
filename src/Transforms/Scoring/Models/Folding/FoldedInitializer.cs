namespace Microsoft.ML.MedicalSegmentation.Scoring.Models.Folding;

/// <summary>The value of an initializer.</summary>
internal sealed class FoldedInitializer(ConstantTensor tensor) : FoldedValue(tensor.Sizes)
{
    /// <inheritdoc/>
    public override ReadOnlyMemory<byte>? Stored => tensor.Data;

    /// <inheritdoc/>
    protected override void Compute(Memory<byte> target, int threads) => tensor.Data.CopyTo(target);
}
