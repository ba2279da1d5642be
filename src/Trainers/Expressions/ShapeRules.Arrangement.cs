using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Expressions;

/// <content>Reshaping, joining, cutting and selecting.</content>
internal static partial class ShapeRules
{
    public static TensorShape Reshape(TensorShape shape, long[] sizes)
    {
        var elements = Elements(shape.Dimensions);
        var open = Array.IndexOf(sizes, -1);
        var known = sizes.Where(size => size != -1).Aggregate(1L, (product, size) => product * size);
        if (sizes.Any(size => size is < -1 or 0) || sizes.Count(size => size == -1) > 1)
        {
            throw new ArgumentException($"A reshape to [{string.Join(", ", sizes)}]: sizes must be positive, and one of them may be -1.");
        }

        if (open < 0 && elements < 0)
        {
            throw new ArgumentException(
                $"A reshape of {shape} to [{string.Join(", ", sizes)}] fixes the batch size, which an exported graph leaves open. " +
                "Write -1 for the size that holds the batch.");
        }

        if (open < 0 ? elements != known : elements % known != 0)
        {
            throw new ArgumentException(
                $"A value of shape {shape} cannot be reshaped to [{string.Join(", ", sizes)}]: the numbers of elements differ.");
        }

        var result = (long[])sizes.Clone();
        if (open >= 0)
        {
            result[open] = elements / known;
        }

        return new TensorShape(result);
    }

    public static TensorShape Flatten(TensorShape shape, int first, int last)
    {
        var (start, end) = (Axis(shape, first), Axis(shape, last));
        return start <= end
            ? new TensorShape([
                .. shape.Dimensions[..start],
                Elements(shape.Dimensions[start..(end + 1)]),
                .. shape.Dimensions[(end + 1)..],
            ])
            : throw new ArgumentException($"Dimensions {first} to {last} of {shape} are no range. Give the first one first.");
    }

    public static TensorShape Unsqueeze(TensorShape shape, int dimension)
    {
        var at = dimension < 0 ? dimension + shape.Rank + 1 : dimension;
        return at >= 0 && at <= shape.Rank
            ? new TensorShape([.. shape.Dimensions[..at], 1, .. shape.Dimensions[at..]])
            : throw new ArgumentOutOfRangeException(nameof(dimension), $"No dimension can be inserted at {dimension} of {shape}.");
    }

    public static TensorShape Squeeze(TensorShape shape, int dimension)
    {
        var axis = Axis(shape, dimension);
        return shape.Dimensions[axis] == 1
            ? new TensorShape([.. shape.Dimensions[..axis], .. shape.Dimensions[(axis + 1)..]])
            : throw new ArgumentException($"Dimension {dimension} of {shape} is not of size 1 and cannot be removed.");
    }

    public static (long[] Order, TensorShape Result) Permute(TensorShape shape, int[] order)
    {
        var axes = order.Select(axis => Axis(shape, axis)).ToArray();
        if (axes.Length != shape.Rank || axes.Distinct().Count() != axes.Length)
        {
            throw new ArgumentException(
                $"[{string.Join(", ", order)}] is not an order of the {shape.Rank} dimensions of {shape}. Name each dimension once.");
        }

        var sizes = shape.ToArray();
        return (Array.ConvertAll(axes, axis => (long)axis), new TensorShape(Array.ConvertAll(axes, axis => sizes[axis])));
    }

    public static int[] Swapped(TensorShape shape, int first, int second)
    {
        var order = Enumerable.Range(0, shape.Rank).ToArray();
        var (a, b) = (Axis(shape, first), Axis(shape, second));
        (order[a], order[b]) = (order[b], order[a]);
        return order;
    }

    public static TensorShape Expand(TensorShape shape, long[] sizes)
    {
        var result = new long[sizes.Length];
        for (var back = 1; back <= sizes.Length; back++)
        {
            var present = back <= shape.Rank ? shape.Dimensions[^back] : 1;
            var wanted = sizes[^back];
            result[^back] = wanted == -1 || wanted == present ? present
                : present == 1 && wanted > 0 ? wanted
                : throw new ArgumentException(
                    $"A value of shape {shape} cannot be expanded to [{string.Join(", ", sizes)}]: "
                        + "only sizes of 1 repeat, and -1 keeps a size."
                );
        }

        return sizes.Length >= shape.Rank
            ? new TensorShape(result)
            : throw new ArgumentException($"A value of shape {shape} has more dimensions than [{string.Join(", ", sizes)}].");
    }

    public static (int Axis, TensorShape Result) Concat(int dimension, IReadOnlyList<TensorExpression> parts)
    {
        if (parts.Count == 0)
        {
            throw new ArgumentException("There is nothing to join. Give at least one value.", nameof(parts));
        }

        var first = parts[0].Shape;
        var axis = Axis(first, dimension);
        var sum = 0L;
        foreach (var part in parts)
        {
            if (part.Shape.Rank != first.Rank || !With(part.Shape, axis, 1).Equals(With(first, axis, 1)))
            {
                throw new ArgumentException(
                    $"Values of shapes {first} and {part.Shape} cannot be joined along dimension {axis}: their other sizes differ. " +
                    "Resize one of them, or use a patch whose sides the network can divide.");
            }

            sum += part.Shape.Dimensions[axis];
        }

        return (axis, With(first, axis, sum));
    }

    public static (int Axis, TensorShape Result) Slice(TensorShape shape, int dimension, long start, long length, long step)
    {
        var axis = Axis(shape, dimension);
        var size = shape[axis];
        return start >= 0 && length > 0 && step > 0 && start + ((length - 1) * step) < size
            ? (axis, With(shape, axis, length))
            : throw new ArgumentException(
                $"{length} elements from {start} in steps of {step} do not lie in dimension {axis} of {shape}, which has {size}.");
    }

    public static void Split(TensorShape shape, int dimension, long[] sizes)
    {
        var size = shape[Axis(shape, dimension)];
        if (sizes.Sum() != size)
        {
            throw new ArgumentException(
                $"Parts of {string.Join(" + ", sizes)} do not add up to dimension {dimension} of {shape}, which has {size}.");
        }
    }

    public static long[] Chunks(TensorShape shape, int dimension, int count)
    {
        var size = shape[Axis(shape, dimension)];
        return count > 0 && size % count == 0
            ? [.. Enumerable.Repeat(size / count, count)]
            : throw new ArgumentException($"Dimension {dimension} of {shape} cannot be cut into {count} equal parts.");
    }

    public static TensorShape Pad(TensorShape shape, long[] before, long[] after)
    {
        var result = shape.ToArray();
        for (var axis = 0; axis < before.Length; axis++)
        {
            result[axis + 2] += before[axis] >= 0 && after[axis] >= 0
                ? before[axis] + after[axis]
                : throw new ArgumentException($"A padding of {before[axis]} and {after[axis]} is negative. Cut with Slice instead.");
        }

        return new TensorShape(result);
    }

    public static (int Axis, TensorShape Result) IndexSelect(TensorShape shape, int dimension, Tensor index)
    {
        var axis = Axis(shape, dimension);
        return index.shape.Length == 1
            ? (axis, With(shape, axis, index.shape[0]))
            : throw new ArgumentException($"An index has shape [{string.Join(", ", index.shape)}]; it must have one dimension.");
    }

    // The product of sizes; negative, as the sizes are, where it holds the open batch.
    private static long Elements(ReadOnlySpan<long> dimensions)
    {
        var product = 1L;
        foreach (var size in dimensions)
        {
            product *= size;
        }

        return product;
    }
}
