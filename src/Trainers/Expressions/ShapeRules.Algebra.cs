using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Expressions;

/// <content>Matrix products and reductions.</content>
internal static partial class ShapeRules
{
    public static TensorShape MatMul(TensorExpression left, TensorExpression right)
    {
        var (a, b) = (left.Shape, right.Shape);
        if (a.Rank < 2 || b.Rank < 2 || a.Dimensions[^1] != b.Dimensions[^2])
        {
            throw new ArgumentException(
                $"Matrices of shapes {a} and {b} cannot be multiplied: the last size of the first must equal the last but one of "
                    + "the second. Transpose one of them."
            );
        }

        var result = new long[Math.Max(a.Rank, b.Rank)];
        if (!TryBroadcast(a.Dimensions[..^2], b.Dimensions[..^2], result.AsSpan()[..^2]))
        {
            throw new ArgumentException(
                $"Matrices of shapes {a} and {b} cannot be multiplied: the sizes before the last two must agree or be 1.");
        }

        result[^2] = a.Dimensions[^2];
        result[^1] = b.Dimensions[^1];
        return new TensorShape(result);
    }

    public static TensorShape Linear(TensorExpression input, Tensor weight)
    {
        var (outputs, inputs) = (weight.shape[0], weight.shape[1]);
        return input.Shape[^1] == inputs
            ? With(input.Shape, input.Shape.Rank - 1, outputs)
            : throw new ArgumentException(
                $"A linear layer built for {inputs} features got {input.Shape}. The last dimension must have that size; permute before it, "
                    + "or use the patch size that the network was built for."
            );
    }

    public static (long[] Axes, TensorShape Result) Reduce(TensorShape shape, int[] dimensions, bool keepDimensions)
    {
        var axes = dimensions.Select(dimension => Axis(shape, dimension)).Distinct().Order().ToArray();
        if (axes.Length == 0)
        {
            throw new ArgumentException($"No dimension of {shape} is named. Name at least one to reduce over.", nameof(dimensions));
        }

        var sizes = shape.ToArray();
        var result = keepDimensions
            ? sizes.Select((size, axis) => axes.Contains(axis) ? 1 : size)
            : sizes.Where((_, axis) => !axes.Contains(axis));
        return (Array.ConvertAll(axes, axis => (long)axis), new TensorShape([.. result]));
    }
}
