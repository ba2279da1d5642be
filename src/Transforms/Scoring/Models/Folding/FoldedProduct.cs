using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Models.Folding;

/// <summary>MatMul of a small matrix with a large one.</summary>
internal sealed class FoldedProduct : FoldedValue
{
    private const int LargestInner = 16;
    private const int LargestGrowth = 8;
    private const int ColumnsAtOnce = 4096;

    private readonly FoldedValue _left;
    private readonly FoldedValue _right;

    private FoldedProduct(FoldedValue left, FoldedValue right)
        : base([left.Sizes[0], right.Sizes[1]], left, right) => (_left, _right) = (left, right);

    /// <summary>The value; null where the sizes do not fit, or the left matrix is not small.</summary>
    public static FoldedValue? Of(GraphNode node, IReadOnlyList<FoldedOperand> operands) =>
        operands is [{ Value: { Sizes: [var rows, var inner] } left }, { Value: { Sizes: [var others, _] } right }]
        && inner is > 0 and <= LargestInner
        && inner == others
        && rows <= LargestGrowth * inner
            ? new FoldedProduct(left, right)
            : null;

    /// <inheritdoc/>
    protected override void Compute(Memory<byte> target, int threads)
    {
        var (factors, source) = (_left.Read(threads), _right.Read(threads));
        var (rows, inner, columns) = ((int)Sizes[0], (int)_left.Sizes[1], (int)Sizes[1]);
        // Runs once in most processes: compiled for speed at once.
        Parallel.For(
            0,
            (columns + ColumnsAtOnce - 1) / ColumnsAtOnce,
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            [MethodImpl(MethodImplOptions.AggressiveOptimization)] (block) =>
            {
                var first = block * ColumnsAtOnce;
                var count = Math.Min(ColumnsAtOnce, columns - first);
                var factor = MemoryMarshal.Cast<byte, float>(factors.Span);
                var others = MemoryMarshal.Cast<byte, float>(source.Span);
                var products = MemoryMarshal.Cast<byte, float>(target.Span);
                for (var row = 0; row < rows; row++)
                {
                    var sums = products.Slice((row * columns) + first, count);
                    TensorPrimitives.Multiply(others.Slice(first, count), factor[row * inner], sums);
                    for (var at = 1; at < inner; at++)
                    {
                        TensorPrimitives.MultiplyAdd(others.Slice((at * columns) + first, count), factor[(row * inner) + at], sums, sums);
                    }
                }
            }
        );
    }
}
