namespace Microsoft.ML.MedicalSegmentation.Scoring.Models.Folding;

/// <summary>Pad of a vector by a constant.</summary>
internal sealed class FoldedPad : FoldedValue
{
    private readonly FoldedValue _value;
    private readonly FoldedValue _constant;
    private readonly int _before;

    private FoldedPad(FoldedValue value, FoldedValue constant, long before, long after)
        : base([before + value.Count + after], value, constant) => (_value, _constant, _before) = (value, constant, (int)before);

    /// <summary>The value; null for other modes and values of several axes.</summary>
    public static FoldedValue? Of(GraphNode node, IReadOnlyList<FoldedOperand> operands) =>
        node.Attributes.Count == 0
        && operands is [{ Value: { Sizes.Length: 1 } value }, { Numbers: [var before, var after] }, { Value: { Count: 1 } constant }]
        && IsPossible(before)
        && IsPossible(after)
            ? new FoldedPad(value, constant, before, after)
            : null;

    /// <inheritdoc/>
    protected override void Compute(Memory<byte> target, int threads)
    {
        var constant = _constant.Read(threads);
        for (var at = 0; at < target.Length; at += sizeof(float))
        {
            constant.CopyTo(target[at..]);
        }

        _value.Read(threads).CopyTo(target[(_before * sizeof(float))..]);
    }

    private static bool IsPossible(long length) => length is >= 0 and <= 1 << 24;
}
