using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Models.Folding;

/// <summary>Transpose: axes in another order.</summary>
internal sealed class FoldedTranspose : FoldedValue
{
    private readonly FoldedValue _value;
    private readonly int[] _permutation;

    private FoldedTranspose(FoldedValue value, int[] permutation)
        : base([.. permutation.Select(axis => value.Sizes[axis])], value) => (_value, _permutation) = (value, permutation);

    /// <summary>The value; null where the permutation does not fit.</summary>
    public static FoldedValue? Of(GraphNode node, IReadOnlyList<FoldedOperand> operands) =>
        operands is [{ Value: { } value }]
        && node.Attributes.GetValueOrDefault("perm") is { } permutation
        && permutation.Order().SequenceEqual(value.Sizes.Select((_, axis) => (long)axis))
            ? new FoldedTranspose(value, [.. permutation.Select(axis => (int)axis)])
            : null;

    /// <inheritdoc/>
    protected override void Compute(Memory<byte> target, int threads)
    {
        var (source, steps) = (_value.Read(threads), new int[_permutation.Length]);
        for (var (axis, step) = (_permutation.Length - 1, 1); axis >= 0; step *= (int)_value.Sizes[axis--])
        {
            steps[Array.IndexOf(_permutation, axis)] = step;
        }

        // Axes at the end that stay where they are move as one piece.
        var kept = _permutation.Length;
        var piece = 1;
        while (kept > 0 && _permutation[kept - 1] == kept - 1)
        {
            piece *= (int)Sizes[--kept];
        }

        if (kept == 0)
        {
            source.CopyTo(target);
            return;
        }

        var outer = Enumerable.Range(0, kept - 1).Select(axis => Sizes[axis]).Aggregate(1L, (product, size) => product * size);
        // Runs once in most processes: compiled for speed at once.
        Parallel.For(
            0L,
            outer,
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            [MethodImpl(MethodImplOptions.AggressiveOptimization)] (row) =>
            {
                var (from, rest) = (0L, row);
                for (var axis = kept - 2; axis >= 0; axis--)
                {
                    (rest, var at) = Math.DivRem(rest, Sizes[axis]);
                    from += at * steps[axis];
                }

                var (inner, step) = ((int)Sizes[kept - 1], steps[kept - 1]);
                var elements = MemoryMarshal.Cast<byte, float>(source.Span);
                var moved = MemoryMarshal.Cast<byte, float>(target.Span).Slice((int)(row * inner * piece), inner * piece);
                for (var at = 0; at < inner; at++)
                {
                    elements.Slice((int)(from + ((long)at * step)), piece).CopyTo(moved[(at * piece)..]);
                }
            }
        );
    }
}
