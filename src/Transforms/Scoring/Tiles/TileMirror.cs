namespace Microsoft.ML.MedicalSegmentation.Scoring.Tiles;

/// <summary>Mirrors tiles along some of their axes.</summary>
internal static class TileMirror
{
    /// <summary>Every combination of axes, by size and then in order; none first.</summary>
    /// <param name="axes">Axes of the network's input, from 0.</param>
    /// <param name="dimensions">Of the network: 2 where axis 0 is the height of a slice, else 3.</param>
    /// <returns>For each combination, whether depth, height and width are mirrored.</returns>
    /// <exception cref="ArgumentException">The network has no such axis.</exception>
    public static bool[][] Combinations(IReadOnlyList<int> axes, int dimensions)
        => axes.Any(axis => axis >= dimensions)
            ? throw new ArgumentException($"MirrorAxes is [{string.Join(", ", axes)}], and the network has {dimensions} dimensions. Give axes from 0 to {dimensions - 1}.")
            : [.. Enumerable.Range(0, 1 << axes.Count)
            .Select(bits => axes.Order().Where((_, i) => (bits >> i & 1) == 1).ToArray())
            .OrderBy(chosen => chosen.Length).ThenBy(chosen => string.Concat(chosen))
            .Select(chosen => Enumerable.Range(0, 3).Select(axis => chosen.Contains(axis - (3 - dimensions))).ToArray())];

    /// <summary>Copies an array mirrored, or adds it to what is there.</summary>
    /// <param name="source">[channel, depth, height, width].</param>
    /// <param name="target">The result.</param>
    /// <param name="shape">Size of both.</param>
    /// <param name="mirrored">Whether depth, height and width are mirrored.</param>
    /// <param name="add">True to add.</param>
    public static void Apply(ReadOnlySpan<float> source, Span<float> target, VolumeShape shape, bool[] mirrored, bool add)
    {
        var at = 0;
        for (var channel = 0; channel < shape.Channels; channel++)
        {
            for (var z = 0; z < shape.Depth; z++)
            {
                for (var y = 0; y < shape.Height; y++, at += shape.Width)
                {
                    var (fromZ, fromY) = (mirrored[0] ? shape.Depth - 1 - z : z, mirrored[1] ? shape.Height - 1 - y : y);
                    var row = source.Slice(((((channel * shape.Depth) + fromZ) * shape.Height) + fromY) * shape.Width, shape.Width);
                    var result = target.Slice(at, shape.Width);
                    for (var x = 0; x < row.Length; x++)
                    {
                        var value = row[mirrored[2] ? row.Length - 1 - x : x];
                        result[x] = add ? result[x] + value : value;
                    }
                }
            }
        }
    }
}
