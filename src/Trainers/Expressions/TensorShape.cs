namespace Microsoft.ML.MedicalSegmentation.Expressions;

/// <summary>The sizes of a <see cref="TensorExpression"/>: [batch, channels, depth, height, width] for a volume.</summary>
/// <remarks>
/// While a graph is exported the batch size is unknown. Sizes that depend on it exist (two batches, 64 times the batch),
/// can be carried through every operation, but cannot be read as numbers: a graph that bakes one in would serve one
/// batch size only.
/// </remarks>
public sealed class TensorShape : IEquatable<TensorShape>
{
    // A positive entry is a size; -k stands for k times the unknown batch size.
    private readonly long[] _dimensions;

    internal TensorShape(params long[] dimensions) => _dimensions = dimensions;

    /// <summary>How many dimensions there are.</summary>
    public int Rank => _dimensions.Length;

    /// <summary>The size of one dimension, counted from the front or (<c>^1</c>) from the back.</summary>
    /// <exception cref="InvalidOperationException">The size depends on the batch, which an exported graph leaves
    /// open.</exception>
    public long this[Index dimension]
    {
        get
        {
            var at = dimension.GetOffset(Rank);
            return at < 0 || at >= Rank
                ? throw new ArgumentOutOfRangeException(nameof(dimension), $"A value of shape {this} has no dimension {dimension}.")
                : _dimensions[at] >= 0 ? _dimensions[at]
                : throw new InvalidOperationException(
                    $"Dimension {at} of {this} depends on the batch size, which an exported graph leaves open. " +
                    "Write -1 for it in Reshape and Expand, and take other sizes from the other dimensions.");
        }
    }

    /// <summary>The size of dimension 1.</summary>
    public long Channels => this[1];

    /// <summary>The sizes from dimension 2 on: depth, height, width, or height, width.</summary>
    public long[] Spatial
    {
        get
        {
            var sizes = new long[Math.Max(0, Rank - 2)];
            for (var axis = 0; axis < sizes.Length; axis++)
            {
                sizes[axis] = this[axis + 2];
            }

            return sizes;
        }
    }

    internal ReadOnlySpan<long> Dimensions => _dimensions;

    internal bool DependsOnBatch(int dimension) => _dimensions[dimension] < 0;

    /// <summary>A copy of the sizes in which -k stands for k times the batch size.</summary>
    internal long[] ToArray() => [.. _dimensions];

    /// <inheritdoc/>
    public bool Equals(TensorShape? other) => other is not null && Dimensions.SequenceEqual(other.Dimensions);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TensorShape);

    /// <inheritdoc/>
    public override int GetHashCode() => _dimensions.Aggregate(17, HashCode.Combine);

    /// <summary>For example [2, 16, 32, 32, 32], or [N, 16, 32, 32, 32] where the batch size is open.</summary>
    public override string ToString() =>
        $"[{string.Join(", ", _dimensions.Select(size => size >= 0 ? $"{size}" : size == -1 ? "N" : $"{-size}N"))}]";
}
