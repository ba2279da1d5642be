using System.Numerics.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Tiles;

/// <summary>Mirrors tiles along some of their axes.</summary>
internal static class TileMirror
{
    /// <summary>Every combination of axes, by size and then in order; none first.</summary>
    /// <param name="axes">Axes of the network's input, from 0.</param>
    /// <param name="dimensions">Of the network: 2 where axis 0 is the height of a slice, else 3.</param>
    /// <returns>For each combination, whether depth, height and width are mirrored.</returns>
    /// <exception cref="ArgumentException">The network has no such axis.</exception>
    public static bool[][] Combinations(IReadOnlyList<int> axes, int dimensions) =>
        axes.Any(axis => axis >= dimensions)
            ? throw new ArgumentException(
                $"MirrorAxes is [{string.Join(", ", axes)}], and the network has {dimensions} "
                    + $"dimensions. Give axes from 0 to {dimensions - 1}."
            )
            :
            [
                .. Enumerable
                    .Range(0, 1 << axes.Count)
                    .Select(bits => axes.Order().Where((_, i) => (bits >> i & 1) == 1).ToArray())
                    .OrderBy(chosen => chosen.Length)
                    .ThenBy(chosen => string.Concat(chosen))
                    .Select(chosen => Enumerable.Range(0, 3).Select(axis => chosen.Contains(axis - (3 - dimensions))).ToArray()),
            ];

    /// <summary>Copies an array mirrored, or adds it to what is there.</summary>
    /// <param name="source">[channel, depth, height, width].</param>
    /// <param name="target">The result.</param>
    /// <param name="shape">Size of both; the arrays may be longer.</param>
    /// <param name="mirrored">Whether depth, height and width are mirrored.</param>
    /// <param name="add">True to add.</param>
    /// <param name="maximumThreads">The most threads. Default: 0, one per core.</param>
    public static void Apply(float[] source, float[] target, VolumeShape shape, bool[] mirrored, bool add, int maximumThreads = 0)
        => Parallel.For(
            0,
            shape.Channels * shape.Depth,
            new ParallelOptions { MaxDegreeOfParallelism = maximumThreads == 0 ? Environment.ProcessorCount : maximumThreads },
            () => new float[mirrored[2] && add ? shape.Width : 0],
            (plane, _, reversed) =>
            {
                var (channel, z) = Math.DivRem(plane, shape.Depth);
                var fromPlane = (channel * shape.Depth) + (mirrored[0] ? shape.Depth - 1 - z : z);
                for (var y = 0; y < shape.Height; y++)
                {
                    var fromY = mirrored[1] ? shape.Height - 1 - y : y;
                    ApplyRow(
                        source.AsSpan(((fromPlane * shape.Height) + fromY) * shape.Width, shape.Width),
                        target.AsSpan(((plane * shape.Height) + y) * shape.Width, shape.Width),
                        mirrored[2],
                        add,
                        reversed);
                }

                return reversed;
            },
            static _ => { });

    private static void ApplyRow(ReadOnlySpan<float> row, Span<float> result, bool isMirrored, bool add, float[] reversed)
    {
        if (!add)
        {
            row.CopyTo(result);
            if (isMirrored)
            {
                result.Reverse();
            }

            return;
        }

        if (isMirrored)
        {
            row.CopyTo(reversed);
            reversed.AsSpan().Reverse();
            row = reversed;
        }

        TensorPrimitives.Add(result, row, result);
    }
}
