namespace Microsoft.ML.MedicalSegmentation.Scoring.Models.Folding;

/// <summary>Reshape: the same elements in other sizes.</summary>
internal sealed class FoldedReshape : FoldedValue
{
    private readonly FoldedValue _value;

    private FoldedReshape(FoldedValue value, long[] sizes)
        : base(sizes, value) => _value = value;

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte>? Stored => _value.Stored;

    /// <summary>The value; null where the sizes do not fit.</summary>
    public static FoldedValue? Of(GraphNode node, IReadOnlyList<FoldedOperand> operands) =>
        operands is [{ Value: { } value }, { Numbers: { } numbers }] && node.Attributes.Count == 0 && SizesOf(value, numbers) is { } sizes
            ? new FoldedReshape(value, sizes)
            : null;

    /// <inheritdoc/>
    protected override void Compute(Memory<byte> target, int threads) => _value.Read(target, threads);

    // 0 keeps a size, and one -1 takes what is left.
    private static long[]? SizesOf(FoldedValue value, long[] numbers)
    {
        var sizes = numbers.Select((size, axis) => size == 0 && axis < value.Sizes.Length ? value.Sizes[axis] : size).ToArray();
        if (Array.IndexOf(sizes, -1) is >= 0 and var open)
        {
            sizes[open] = 1;
            sizes[open] = ConstantTensor.Count(sizes) is > 0 and var known ? value.Count / known : -1;
        }

        return value.Count > 0 && ConstantTensor.Count(sizes) == value.Count ? sizes : null;
    }
}
