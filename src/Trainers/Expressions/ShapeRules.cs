using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Expressions;

/// <summary>
/// Which shapes an operation accepts and which it gives; both readings of <see cref="TensorExpression"/> ask here first.
/// </summary>
/// <remarks>
/// A negative size -k stands for k times the open batch size, see <see cref="TensorShape"/>. Shapes are checked before
/// any compute because
/// messages of the libraries underneath do not name the remedy, and TorchSharp's matmul ends the process on a mismatch.
/// </remarks>
internal static partial class ShapeRules
{
    public static int Axis(TensorShape shape, int dimension)
    {
        var axis = dimension < 0 ? dimension + shape.Rank : dimension;
        return axis >= 0 && axis < shape.Rank
            ? axis
            : throw new ArgumentOutOfRangeException(
                nameof(dimension), $"A value of shape {shape} has no dimension {dimension}. Use {-shape.Rank} to {shape.Rank - 1}.");
    }

    public static TensorShape Broadcast(TensorExpression left, TensorExpression right) => Broadcast(left.Shape, right.Shape);

    public static double Probability(double probability) => probability is >= 0 and < 1
        ? probability
        : throw new ArgumentOutOfRangeException(
            nameof(probability), $"The dropout probability is {probability}; it must be at least 0 and below 1.");

    public static void PRelu(TensorExpression value, Tensor slope)
    {
        var slopes = slope.shape;
        if (slopes.Length != 1 || (slopes[0] != 1 && slopes[0] != Channels(value.Shape)))
        {
            throw new ArgumentException(
                $"PReLU has slopes [{string.Join(", ", slopes)}] for a value of shape {value.Shape}. Give one slope, or one per channel.");
        }
    }

    private static TensorShape Broadcast(TensorShape left, TensorShape right)
    {
        if (left.Equals(right))
        {
            return left;
        }

        var result = new long[Math.Max(left.Rank, right.Rank)];
        if (!TryBroadcast(left.Dimensions, right.Dimensions, result))
        {
            throw new ArgumentException(
                $"Values of shapes {left} and {right} do not fit together: counted from the last dimension, sizes must agree or be 1. " +
                "Resize or reshape one of them.");
        }

        return new TensorShape(result);
    }

    private static bool TryBroadcast(ReadOnlySpan<long> left, ReadOnlySpan<long> right, Span<long> result)
    {
        for (var back = 1; back <= result.Length; back++)
        {
            var (a, b) = (back <= left.Length ? left[^back] : 1, back <= right.Length ? right[^back] : 1);
            if (a != b && a != 1 && b != 1)
            {
                return false;
            }

            result[^back] = a == 1 ? b : a;
        }

        return true;
    }

    private static TensorShape With(TensorShape shape, int dimension, long size)
    {
        var result = shape.ToArray();
        result[dimension] = size;
        return new TensorShape(result);
    }

    private static long Channels(TensorShape shape) => shape.Rank >= 2
        ? shape.Channels
        : throw new ArgumentException($"A value of shape {shape} has no channels. Give [batch, channels, ...].");

    private static string Sizes(IEnumerable<long> sizes) => string.Join(" x ", sizes);
}
