using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Expressions;

/// <content>Reshaping, joining, cutting and selecting.</content>
public abstract partial class TensorExpression
{
    /// <summary>The same elements in other sizes; one size may be -1 and follows from the rest. ONNX Reshape (14).</summary>
    /// <remarks>Write -1 for the size that depends on the batch: <c>x.Reshape(-1, heads, tokens, width)</c>.</remarks>
    public TensorExpression Reshape(params long[] sizes) => ComputeReshape(ShapeRules.Reshape(Shape, sizes));

    private protected abstract TensorExpression ComputeReshape(TensorShape result);

    /// <summary>
    /// Joins the dimensions <paramref name="first"/> to <paramref name="last"/>, both included. ONNX Reshape (14).
    /// </summary>
    public TensorExpression Flatten(int first, int last = -1) => ComputeReshape(ShapeRules.Flatten(Shape, first, last));

    /// <summary>Inserts a dimension of size 1. ONNX Reshape (14).</summary>
    public TensorExpression Unsqueeze(int dimension) => ComputeReshape(ShapeRules.Unsqueeze(Shape, dimension));

    /// <summary>Removes a dimension of size 1. ONNX Reshape (14).</summary>
    public TensorExpression Squeeze(int dimension) => ComputeReshape(ShapeRules.Squeeze(Shape, dimension));

    /// <summary>Dimension i of the result is dimension <c>order[i]</c> of this value. ONNX Transpose (13).</summary>
    public TensorExpression Permute(params int[] order)
    {
        var (axes, result) = ShapeRules.Permute(Shape, order);
        return ComputePermute(axes, result);
    }

    private protected abstract TensorExpression ComputePermute(long[] order, TensorShape result);

    /// <summary>Swaps two dimensions. ONNX Transpose (13).</summary>
    public TensorExpression Transpose(int first, int second) => Permute(ShapeRules.Swapped(Shape, first, second));

    /// <summary>Repeats dimensions of size 1; -1 keeps a size. ONNX Expand (13).</summary>
    public TensorExpression Expand(params long[] sizes) => ComputeExpand(ShapeRules.Expand(Shape, sizes));

    private protected abstract TensorExpression ComputeExpand(TensorShape result);

    /// <summary>Joins values along one dimension; their other sizes must agree. ONNX Concat (13).</summary>
    public static TensorExpression Concat(int dimension, params IReadOnlyList<TensorExpression> parts)
    {
        if (parts.Count == 1)
        {
            return parts[0];
        }

        var (axis, result) = ShapeRules.Concat(dimension, parts);
        return parts[0].ComputeConcat(parts, axis, result);
    }

    private protected abstract TensorExpression ComputeConcat(IReadOnlyList<TensorExpression> parts, int dimension, TensorShape result);

    /// <summary>Stacks values of one shape along a new dimension. ONNX Reshape (14) and Concat (13).</summary>
    public static TensorExpression Stack(int dimension, params IReadOnlyList<TensorExpression> parts) =>
        Concat(dimension, [.. parts.Select(part => part.Unsqueeze(dimension))]);

    /// <summary>
    /// Elements <paramref name="start"/>, start + step, ... of one dimension, <paramref name="length"/> of them. ONNX
    /// Slice (13).
    /// </summary>
    public TensorExpression Slice(int dimension, long start, long length, long step = 1)
    {
        var (axis, result) = ShapeRules.Slice(Shape, dimension, start, length, step);
        return result.Equals(Shape) ? this : ComputeSlice(axis, start, length, step, result);
    }

    private protected abstract TensorExpression ComputeSlice(int dimension, long start, long length, long step, TensorShape result);

    /// <summary>Cuts one dimension into parts of the given sizes, which must add up to it. ONNX Slice (13).</summary>
    public TensorExpression[] Split(int dimension, params long[] sizes)
    {
        ShapeRules.Split(Shape, dimension, sizes);
        var start = 0L;
        var parts = new TensorExpression[sizes.Length];
        for (var part = 0; part < parts.Length; start += sizes[part], part++)
        {
            parts[part] = Slice(dimension, start, sizes[part]);
        }

        return parts;
    }

    /// <summary>Cuts one dimension into equal parts. ONNX Slice (13).</summary>
    public TensorExpression[] Chunk(int dimension, int count) => Split(dimension, ShapeRules.Chunks(Shape, dimension, count));

    /// <summary>[N, C, S]: adds elements of one value before and after each spatial axis. ONNX Pad (18).</summary>
    /// <param name="before">Elements added at the near side of each axis.</param>
    /// <param name="after">Elements added at the far side of each axis.</param>
    /// <param name="number">Their value.</param>
    public TensorExpression Pad(PerAxis before, PerAxis after, double number = 0)
    {
        var axes = ShapeRules.SpatialAxes(this);
        var (near, far) = (before.For(axes), after.For(axes));
        var result = ShapeRules.Pad(Shape, near, far);
        return result.Equals(Shape) ? this : ComputePad(near, far, number, result);
    }

    private protected abstract TensorExpression ComputePad(long[] before, long[] after, double number, TensorShape result);

    /// <summary>The elements of one dimension at fixed positions, in that order. ONNX Gather (13).</summary>
    /// <param name="dimension">The dimension to select from.</param>
    /// <param name="index">An int64 buffer [K] of the network.</param>
    public TensorExpression IndexSelect(int dimension, Tensor index)
    {
        var (axis, result) = ShapeRules.IndexSelect(Shape, dimension, index);
        return ComputeIndexSelect(axis, index, result);
    }

    private protected abstract TensorExpression ComputeIndexSelect(int dimension, Tensor index, TensorShape result);
}
