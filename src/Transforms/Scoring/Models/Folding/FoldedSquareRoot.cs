using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Models.Folding;

/// <summary>Sqrt of each element.</summary>
internal sealed class FoldedSquareRoot : FoldedValue
{
    private readonly FoldedValue _value;

    private FoldedSquareRoot(FoldedValue value)
        : base(value.Sizes, value) => _value = value;

    /// <summary>The value.</summary>
    public static FoldedValue? Of(GraphNode node, IReadOnlyList<FoldedOperand> operands) =>
        operands is [{ Value: { } value }] ? new FoldedSquareRoot(value) : null;

    /// <inheritdoc/>
    protected override void Compute(Memory<byte> target, int threads) =>
        TensorPrimitives.Sqrt(MemoryMarshal.Cast<byte, float>(_value.Read(threads).Span), MemoryMarshal.Cast<byte, float>(target.Span));
}
