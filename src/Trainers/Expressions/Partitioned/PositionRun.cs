namespace Microsoft.ML.MedicalSegmentation.Expressions.Partitioned;

/// <summary>Consecutive elements of a dimension: whole on every part, or divided among the parts along one axis of their grid.</summary>
/// <param name="size">Elements in all.</param>
/// <param name="axis">Axis of the grid along which they are divided; -1 if they are whole.</param>
/// <param name="bounds">The first element of each part along the axis, and the end of the last; empty where only the axis matters.</param>
internal sealed class PositionRun(long size, int axis = -1, long[]? bounds = null) : IEquatable<PositionRun>
{
    public long Size => size;

    public int Axis => axis;

    public long[] Bounds { get; } = bounds ?? [];

    public bool IsDivided => axis >= 0;

    /// <summary>The elements of a part.</summary>
    /// <param name="coordinates">Of the part in the grid.</param>
    public (long From, long To) On(int[] coordinates) =>
        Bounds.Length == 0 ? (0, size) : (Bounds[coordinates[axis]], Bounds[coordinates[axis] + 1]);

    /// <inheritdoc/>
    public bool Equals(PositionRun? other) =>
        other is not null && size == other.Size && axis == other.Axis && Bounds.AsSpan().SequenceEqual(other.Bounds);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PositionRun);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(size, axis);
}
