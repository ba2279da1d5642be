using System.Runtime.InteropServices;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Models.Folding;

/// <summary>Slice along one axis, in steps of one.</summary>
internal sealed class FoldedSlice : FoldedValue
{
    private readonly FoldedValue _value;
    private readonly int _axis;
    private readonly long _first;

    private FoldedSlice(FoldedValue value, int axis, long first, long count)
        : base([.. value.Sizes.Select((size, at) => at == axis ? count : size)], value) =>
        (_value, _axis, _first) = (value, axis, first);

    /// <summary>The value; null for other steps, several axes, or places outside it.</summary>
    public static FoldedValue? Of(GraphNode node, IReadOnlyList<FoldedOperand> operands) =>
        node.Attributes.Count == 0
        && operands is [{ Value: { } value }, { Numbers: [var first] }, { Numbers: [var end] }, { Numbers: [var axis] }]
        && axis >= 0
        && axis < value.Sizes.Length
        && first >= 0
        && first < end
        && end <= value.Sizes[axis]
            ? new FoldedSlice(value, (int)axis, first, end - first)
            : null;

    /// <inheritdoc/>
    protected override void Compute(Memory<byte> target, int threads)
    {
        var source = MemoryMarshal.Cast<byte, float>(_value.Read(threads).Span);
        var result = MemoryMarshal.Cast<byte, float>(target.Span);
        var step = (int)Sizes.Skip(_axis + 1).Aggregate(1L, (product, size) => product * size);
        var (taken, all) = ((int)Sizes[_axis] * step, (int)_value.Sizes[_axis] * step);
        for (var row = 0; row < Count / taken; row++)
        {
            source.Slice((row * all) + ((int)_first * step), taken).CopyTo(result[(row * taken)..]);
        }
    }
}
