using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Models.Folding;

/// <summary>Add, Sub, Mul or Div of two values; one of them may be repeated along axes where it has one element.</summary>
internal sealed class FoldedArithmetic : FoldedValue
{
    private readonly string _operator;
    private readonly FoldedValue _left;
    private readonly FoldedValue _right;

    private FoldedArithmetic(string @operator, FoldedValue left, FoldedValue right, long[] sizes)
        : base(sizes, left, right) => (_operator, _left, _right) = (@operator, left, right);

    /// <summary>The value; null where the result would be larger than both.</summary>
    public static FoldedValue? Of(GraphNode node, IReadOnlyList<FoldedOperand> operands)
    {
        if (node.Attributes.Count > 0 || operands is not [{ Value: { } left }, { Value: { } right }])
        {
            return null;
        }

        var (longer, shorter) = left.Sizes.Length >= right.Sizes.Length ? (left, right) : (right, left);
        var padded = Padded(shorter, longer.Sizes.Length);
        var fits = longer.Sizes.Zip(padded).All(pair => pair.First == pair.Second || pair.First == 1 || pair.Second == 1);
        long[] sizes = [.. longer.Sizes.Zip(padded, Math.Max)];
        return fits && ConstantTensor.Count(sizes) == Math.Max(left.Count, right.Count)
            ? new FoldedArithmetic(node.Operator, left, right, sizes)
            : null;
    }

    /// <inheritdoc/>
    protected override void Compute(Memory<byte> target, int threads)
    {
        var (left, right) = (_left.Read(threads), _right.Read(threads));
        var (leftSizes, rightSizes) = (Padded(_left, Sizes.Length), Padded(_right, Sizes.Length));

        // Axes at the end along which both advance, or one of them stays, are computed as one row.
        var (inner, row) = (Sizes.Length, 1);
        var (leftAdvances, rightAdvances) = (true, true);
        while (inner > 0)
        {
            var (l, r) = (leftSizes[inner - 1] == Sizes[inner - 1], rightSizes[inner - 1] == Sizes[inner - 1]);
            if (Sizes[inner - 1] != 1)
            {
                if (row != 1 && (l != leftAdvances || r != rightAdvances))
                {
                    break;
                }

                (leftAdvances, rightAdvances) = (l, r);
                row *= (int)Sizes[inner - 1];
            }

            inner--;
        }

        Parallel.For(
            0,
            Count / row,
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            at =>
            {
                var result = MemoryMarshal.Cast<byte, float>(target.Span).Slice(at * row, row);
                var a = MemoryMarshal.Cast<byte, float>(left.Span).Slice(Offset(at, leftSizes, inner), leftAdvances ? row : 1);
                var b = MemoryMarshal.Cast<byte, float>(right.Span).Slice(Offset(at, rightSizes, inner), rightAdvances ? row : 1);
                Compute(a, b, result);
            }
        );
    }

    private void Compute(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> result)
    {
        switch (_operator)
        {
            case "Add" when a.Length == b.Length:
                TensorPrimitives.Add(a, b, result);
                break;
            case "Add":
                TensorPrimitives.Add(a.Length > 1 ? a : b, a.Length > 1 ? b[0] : a[0], result);
                break;
            case "Mul" when a.Length == b.Length:
                TensorPrimitives.Multiply(a, b, result);
                break;
            case "Mul":
                TensorPrimitives.Multiply(a.Length > 1 ? a : b, a.Length > 1 ? b[0] : a[0], result);
                break;
            case "Sub" when a.Length == b.Length:
                TensorPrimitives.Subtract(a, b, result);
                break;
            case "Sub" when b.Length == 1:
                TensorPrimitives.Subtract(a, b[0], result);
                break;
            case "Sub":
                TensorPrimitives.Subtract(a[0], b, result);
                break;
            case "Div" when a.Length == b.Length:
                TensorPrimitives.Divide(a, b, result);
                break;
            case "Div" when b.Length == 1:
                TensorPrimitives.Divide(a, b[0], result);
                break;
            default:
                TensorPrimitives.Divide(a[0], b, result);
                break;
        }
    }

    // The first element of a row of the result, in a value that is repeated along axes of one element.
    private int Offset(int row, long[] sizes, int axes)
    {
        var step = sizes.Skip(axes).Aggregate(1L, (product, size) => product * size);
        var offset = 0L;
        for (var axis = axes - 1; axis >= 0; axis--)
        {
            var at = row % Sizes[axis];
            row = (int)(row / Sizes[axis]);
            offset += sizes[axis] == 1 ? 0 : at * step;
            step *= sizes[axis];
        }

        return (int)offset;
    }

    private static long[] Padded(FoldedValue value, int rank) =>
        [.. Enumerable.Repeat(1L, rank - value.Sizes.Length), .. value.Sizes];
}
