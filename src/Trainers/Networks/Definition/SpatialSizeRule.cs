namespace Microsoft.ML.MedicalSegmentation.Networks.Definition;

/// <summary>Which patch sizes a network accepts.</summary>
public sealed class SpatialSizeRule
{
    private readonly long[] _multiples;
    private readonly long[] _smallest;
    private readonly long[]? _exact;

    private SpatialSizeRule(long[] multiples, long[] smallest, long[]? exact) =>
        (_multiples, _smallest, _exact) = (multiples, smallest, exact);

    /// <summary>Each side is a multiple of a number, and at least <paramref name="smallest"/> where that is given.</summary>
    public static SpatialSizeRule MultipleOf(long[] multiples, long[]? smallest = null) => new(multiples, smallest ?? multiples, null);

    /// <summary>One size only: the weights depend on it.</summary>
    public static SpatialSizeRule Exactly(long[] size) => new(size, size, size);

    /// <summary>
    /// The smallest accepted size that holds <paramref name="wanted"/>; the only one, if there is one only.
    /// </summary>
    public long[] Fit(IReadOnlyList<long> wanted) => _exact is not null
        ? [.. _exact]
        : [.. wanted.Select((side, axis) => RoundUp(Math.Max(side, _smallest[axis]), _multiples[axis]))];

    /// <summary>Whether the network accepts a size.</summary>
    public bool Allows(IReadOnlyList<long> size) => size.Count == _multiples.Length && Fit(size).SequenceEqual(size);

    /// <summary>Fails if the network does not accept a size.</summary>
    /// <param name="network">The network in words, "attention-unet with depth 5".</param>
    /// <param name="size">Depth, height, width, or height, width.</param>
    /// <exception cref="ArgumentException">The size does not fit; the message names one that does.</exception>
    public void Check(string network, IReadOnlyList<long> size)
    {
        if (!Allows(size))
        {
            var unit = size.Count == 2 ? "pixels" : "voxels";
            throw new ArgumentException(
                $"The patch is {Words(size)} {unit}; {network} needs {Requirement(size)}. Use {Words(Fit(size))}.");
        }
    }

    private string Requirement(IReadOnlyList<long> size) =>
        _exact is not null ? $"exactly {Words(_exact)}, as its weights depend on the size"
        : size.Select((side, axis) => RoundUp(side, _multiples[axis])).SequenceEqual(size) ? $"sides of at least {Words(_smallest)}"
        : _multiples.Distinct().Count() == 1 ? $"each side to be a multiple of {_multiples[0]}"
        : $"its sides to be multiples of {Words(_multiples)}";

    private static long RoundUp(long side, long multiple) => (side + multiple - 1) / multiple * multiple;

    private static string Words(IEnumerable<long> size) => string.Join(" x ", size);
}
