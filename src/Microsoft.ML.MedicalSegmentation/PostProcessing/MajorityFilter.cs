using System.Numerics;

namespace Microsoft.ML.MedicalSegmentation.PostProcessing;

/// <summary>Gives each voxel the label that is most frequent among its neighbours.</summary>
internal sealed class MajorityFilter
{
    private readonly (int Z, int Y, int X)[] _neighbours;

    private MajorityFilter((int Z, int Y, int X)[] neighbours)
    {
        _neighbours = neighbours;
        Reach = neighbours.Max(at => Math.Max(at.Z, Math.Max(at.Y, at.X)));
    }

    /// <summary>How far the neighbours lie along any axis, in voxels.</summary>
    public int Reach { get; }

    /// <summary>The filter over all voxels within a radius.</summary>
    /// <param name="radius">In mm.</param>
    /// <param name="spacing">Of the voxels, in mm.</param>
    public static MajorityFilter Of(double radius, Vector3D spacing)
    {
        // A larger radius is refused by its reach before it is used.
        static int ReachOf(double radius, double step) => (int)Math.Min((radius / step) + 1e-6, 64);
        var (reachZ, reachY, reachX) = (ReachOf(radius, spacing.Z), ReachOf(radius, spacing.Y), ReachOf(radius, spacing.X));
        var limit = (radius * radius) + 1e-6;
        return new(
        [
            .. from z in Enumerable.Range(-reachZ, (2 * reachZ) + 1)
            from y in Enumerable.Range(-reachY, (2 * reachY) + 1)
            from x in Enumerable.Range(-reachX, (2 * reachX) + 1)
            where Square(z * spacing.Z) + Square(y * spacing.Y) + Square(x * spacing.X) <= limit
            select (z, y, x),
        ]);
    }

    /// <summary>Filters labels in place.</summary>
    /// <param name="labels">[depth, height, width].</param>
    /// <param name="shape">Sizes of the volume.</param>
    /// <param name="parallelism">Bounds the threads.</param>
    public void Apply<T>(T[] labels, VolumeShape shape, ParallelOptions parallelism)
        where T : unmanaged, IBinaryInteger<T>
    {
        var source = labels.ToArray();
        Parallel.For(0, shape.Depth, parallelism, z =>
        {
            var (neighbours, counts) = (new (int Row, int X)[_neighbours.Length], new (T Label, int Count)[_neighbours.Length]);
            for (var y = 0; y < shape.Height; y++)
            {
                if (IsUniform(source, shape, z, y))
                {
                    continue;
                }

                var count = 0;
                foreach (var at in _neighbours)
                {
                    if (z + at.Z >= 0 && z + at.Z < shape.Depth && y + at.Y >= 0 && y + at.Y < shape.Height)
                    {
                        neighbours[count++] = ((((z + at.Z) * shape.Height) + y + at.Y) * shape.Width, at.X);
                    }
                }

                var row = labels.AsSpan(((z * shape.Height) + y) * shape.Width, shape.Width);
                FilterRow(source, row, neighbours.AsSpan(0, count), counts);
            }
        });
    }

    private static void FilterRow<T>(T[] source, Span<T> row, ReadOnlySpan<(int Row, int X)> neighbours, (T Label, int Count)[] counts)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (var x = 0; x < row.Length; x++)
        {
            var kinds = 0;
            foreach (var neighbour in neighbours)
            {
                var column = x + neighbour.X;
                if (column < 0 || column >= row.Length)
                {
                    continue;
                }

                var (label, kind) = (source[neighbour.Row + column], 0);
                while (kind < kinds && counts[kind].Label != label)
                {
                    kind++;
                }

                if (kind == kinds)
                {
                    counts[kinds++] = (label, 0);
                }

                counts[kind].Count++;
            }

            row[x] = MostFrequent(counts.AsSpan(0, kinds), own: row[x]);
        }
    }

    private static T MostFrequent<T>(ReadOnlySpan<(T Label, int Count)> counts, T own)
        where T : unmanaged, IBinaryInteger<T>
    {
        var best = counts[0];
        foreach (var other in counts[1..])
        {
            var wins = other.Count > best.Count
                || (other.Count == best.Count && best.Label != own && (other.Label == own || other.Label < best.Label));
            best = wins ? other : best;
        }

        return best.Label;
    }

    // Most rows hold background only, as all rows around them do.
    private bool IsUniform<T>(T[] source, VolumeShape shape, int z, int y)
        where T : unmanaged, IBinaryInteger<T>
    {
        var label = source[((z * shape.Height) + y) * shape.Width];
        var (top, bottom) = (Math.Max(0, y - Reach), Math.Min(shape.Height - 1, y + Reach));
        for (var slice = Math.Max(0, z - Reach); slice <= Math.Min(shape.Depth - 1, z + Reach); slice++)
        {
            var rows = source.AsSpan(((slice * shape.Height) + top) * shape.Width, (bottom - top + 1) * shape.Width);
            if (rows.ContainsAnyExcept(label))
            {
                return false;
            }
        }

        return true;
    }

    private static double Square(double value) => value * value;
}
