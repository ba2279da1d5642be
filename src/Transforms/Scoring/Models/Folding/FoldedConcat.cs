using System.Runtime.InteropServices;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Models.Folding;

/// <summary>Concat of values along one axis.</summary>
internal sealed class FoldedConcat : FoldedValue
{
    private readonly FoldedValue[] _values;
    private readonly int _axis;

    private FoldedConcat(FoldedValue[] values, int axis)
        : base([.. values[0].Sizes.Select((size, at) => at == axis ? values.Sum(value => value.Sizes[axis]) : size)], values) =>
        (_values, _axis) = (values, axis);

    /// <summary>The value; null where the sizes do not fit, or a value is joined with itself.</summary>
    public static FoldedValue? Of(GraphNode node, IReadOnlyList<FoldedOperand> operands)
    {
        FoldedValue[] values = [.. operands.Select(operand => operand.Value).OfType<FoldedValue>()];
        return values.Length == operands.Count
            && values.Distinct().Count() == values.Length
            && node.Attributes.GetValueOrDefault("axis") is [var axis]
            && axis >= 0
            && axis < values[0].Sizes.Length
            && values.All(value => AreEqualBeside(value.Sizes, values[0].Sizes, (int)axis))
                ? new FoldedConcat(values, (int)axis)
                : null;
    }

    /// <inheritdoc/>
    protected override void Compute(Memory<byte> target, int threads)
    {
        var step = (int)Sizes.Skip(_axis + 1).Aggregate(1L, (product, size) => product * size);
        var (row, start) = ((int)Sizes[_axis] * step, 0);
        foreach (var value in _values)
        {
            var source = MemoryMarshal.Cast<byte, float>(value.Read(threads).Span);
            var result = MemoryMarshal.Cast<byte, float>(target.Span);
            var length = (int)value.Sizes[_axis] * step;
            for (var at = 0; at < Count / row; at++)
            {
                source.Slice(at * length, length).CopyTo(result[((at * row) + start)..]);
            }

            start += length;
        }
    }

    private static bool AreEqualBeside(long[] one, long[] other, int axis) =>
        one.Length == other.Length && one.Index().All(size => size.Index == axis || size.Item == other[size.Index]);
}
