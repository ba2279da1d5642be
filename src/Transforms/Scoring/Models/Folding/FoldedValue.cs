using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Models.Folding;

/// <summary>A float32 value of a graph that depends on initializers alone.</summary>
/// <param name="sizes">Its sizes.</param>
internal abstract class FoldedValue(long[] sizes)
{
    private const int LargestInner = 16;
    private const int LargestGrowth = 8;
    private const int ColumnsAtOnce = 4096;

    public long[] Sizes { get; } = sizes;

    /// <summary>The number of elements.</summary>
    public int Count { get; } = (int)(ConstantTensor.Count(sizes) ?? 0);

    /// <summary>The elements of a value that is in the model as it is; null where it must be computed.</summary>
    protected virtual ReadOnlyMemory<byte>? Stored => null;

    /// <summary>Computes the elements into <paramref name="target"/>, 4 bytes each.</summary>
    /// <param name="target">As long as the value.</param>
    /// <param name="threads">Threads to compute with.</param>
    public abstract void Compute(Memory<byte> target, int threads);

    /// <summary>The value of an initializer.</summary>
    public static FoldedValue Of(ConstantTensor tensor) => new Initializer(tensor);

    /// <summary>The result of an operation on such values; null where folding does not cover it.</summary>
    /// <param name="node">The operation.</param>
    /// <param name="inputs">Its float32 inputs.</param>
    /// <param name="numbers">The int64 initializer that is its second input, if it has one.</param>
    public static FoldedValue? Of(GraphNode node, IReadOnlyList<FoldedValue> inputs, long[]? numbers)
    {
        var first = inputs[0];
        switch (node.Operator)
        {
            case "Reshape" when inputs.Count == 1 && numbers is not null && SizesOf(first, numbers) is { } sizes:
                return new Reshaped(first, sizes);
            case "Transpose" when inputs.Count == 1 && node.Permutation.Order().SequenceEqual(first.Sizes.Select((_, axis) => (long)axis)):
                return new Transposed(first, [.. node.Permutation.Select(axis => (int)axis)]);
            case "MatMul" when inputs is [{ Sizes: [var rows, var inner] }, { Sizes: [var others, var columns] }]:
                var isSmall = inner is > 0 and <= LargestInner && inner == others && rows <= LargestGrowth * inner;
                return isSmall && ConstantTensor.Count([rows, columns, sizeof(float)]) is > 0 ? new Product(first, inputs[1]) : null;
            default:
                return null;
        }
    }

    private ReadOnlyMemory<byte> Elements(int threads)
    {
        if (Stored is { } stored)
        {
            return stored;
        }

        var computed = GC.AllocateUninitializedArray<byte>(Count * sizeof(float));
        Compute(computed, threads);
        return computed;
    }

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

    private sealed class Initializer(ConstantTensor tensor) : FoldedValue(tensor.Sizes)
    {
        protected override ReadOnlyMemory<byte>? Stored => tensor.Data;

        public override void Compute(Memory<byte> target, int threads) => tensor.Data.CopyTo(target);
    }

    private sealed class Reshaped(FoldedValue value, long[] sizes) : FoldedValue(sizes)
    {
        protected override ReadOnlyMemory<byte>? Stored => value.Stored;

        public override void Compute(Memory<byte> target, int threads) => value.Compute(target, threads);
    }

    private sealed class Transposed(FoldedValue value, int[] permutation) : FoldedValue([.. permutation.Select(axis => value.Sizes[axis])])
    {
        public override void Compute(Memory<byte> target, int threads)
        {
            var (source, steps) = (value.Elements(threads), new int[permutation.Length]);
            for (var (axis, step) = (permutation.Length - 1, 1); axis >= 0; step *= (int)value.Sizes[axis--])
            {
                steps[Array.IndexOf(permutation, axis)] = step;
            }

            // Axes at the end that stay where they are move as one piece.
            var kept = permutation.Length;
            var piece = 1;
            while (kept > 0 && permutation[kept - 1] == kept - 1)
            {
                piece *= (int)Sizes[--kept];
            }

            if (kept == 0 || Count == 0)
            {
                source.CopyTo(target);
                return;
            }

            var outer = Enumerable.Range(0, kept - 1).Select(axis => Sizes[axis]).Aggregate(1L, (product, size) => product * size);
            Parallel.For(
                0L,
                outer,
                new ParallelOptions { MaxDegreeOfParallelism = threads },
                row =>
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

    private sealed class Product(FoldedValue left, FoldedValue right) : FoldedValue([left.Sizes[0], right.Sizes[1]])
    {
        public override void Compute(Memory<byte> target, int threads)
        {
            var (factors, source) = (left.Elements(threads), right.Elements(threads));
            var (rows, inner, columns) = ((int)Sizes[0], (int)left.Sizes[1], (int)Sizes[1]);
            Parallel.For(
                0,
                (columns + ColumnsAtOnce - 1) / ColumnsAtOnce,
                new ParallelOptions { MaxDegreeOfParallelism = threads },
                block =>
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
}
