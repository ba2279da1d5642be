using System.Collections;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>
/// A number for each spatial axis, in the order depth, height, width (height, width in 2D); one number serves all.
/// </summary>
/// <remarks>Converts from an int, from an array and from a collection expression: <c>kernel: 3</c>, <c>kernel: [3, 3,
/// 1]</c>.</remarks>
[CollectionBuilder(typeof(PerAxis), nameof(Of))]
public readonly struct PerAxis : IEnumerable<long>, IEquatable<PerAxis>
{
    private readonly long[]? _values;

    private PerAxis(long[] values) => _values = values;

    /// <summary>The numbers in axis order; a single one serves every axis.</summary>
    /// <exception cref="ArgumentException">No number is given.</exception>
    public static PerAxis Of(ReadOnlySpan<long> values) => values.Length > 0
        ? new PerAxis(values.ToArray())
        : throw new ArgumentException("No axis has a number. Give one number for all axes or one per axis.", nameof(values));

    /// <summary>The same number on every axis.</summary>
    public static implicit operator PerAxis(long value) => new([value]);

    /// <summary>One number per axis.</summary>
    public static implicit operator PerAxis(long[] values) => Of(values);

    /// <summary>One number per axis of a network with that many spatial axes.</summary>
    /// <exception cref="ArgumentException">There are several numbers, but not <paramref name="spatialDims"/>.</exception>
    public long[] For(int spatialDims)
    {
        var values = _values ?? [0];
        if (values.Length == 1)
        {
            var same = new long[spatialDims];
            Array.Fill(same, values[0]);
            return same;
        }

        return values.Length == spatialDims
            ? [.. values]
            : throw new ArgumentException(
                $"{this} gives {values.Length} numbers for {spatialDims} spatial axes. Give one number, or {spatialDims}."
            );
    }

    /// <inheritdoc/>
    public IEnumerator<long> GetEnumerator() => ((IEnumerable<long>)(_values ?? [0])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(PerAxis other) => (_values ?? [0]).AsSpan().SequenceEqual(other._values ?? [0]);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PerAxis other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => this.Aggregate(17, HashCode.Combine);

    /// <summary>Whether both give the same numbers.</summary>
    public static bool operator ==(PerAxis left, PerAxis right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(PerAxis left, PerAxis right) => !left.Equals(right);

    /// <inheritdoc/>
    public override string ToString() => string.Join(" x ", this);
}
