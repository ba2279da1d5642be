namespace Microsoft.ML.MedicalSegmentation.Partitioning;

/// <summary>How an image is divided, and what the parts will hold, counted from shapes.</summary>
/// <param name="Bounds">For each spatial axis, the first position of each part and the end of the last.</param>
/// <param name="Whole">The numbers of all results of a forward pass on one device.</param>
/// <param name="Numbers">For each part, the numbers of its share of them.</param>
/// <param name="Halos">For each part, the numbers that it reads beyond its share for windows.</param>
/// <param name="Windows">For each part, the numbers of its share that windows read.</param>
/// <param name="Gathered">For each part, the numbers that it brings together where every position meets every other one.</param>
internal sealed record PartitionPlan(
    IReadOnlyList<long[]> Bounds,
    long Whole,
    IReadOnlyList<long> Numbers,
    IReadOnlyList<long> Halos,
    IReadOnlyList<long> Windows,
    IReadOnlyList<long> Gathered
)
{
    /// <summary>The share of the largest part, 1 being the whole image's results.</summary>
    public double LargestShare => (double)Numbers.Max() / Whole;

    /// <summary>By how much halos enlarge what windows read, over all parts.</summary>
    public double HaloShare => (double)Halos.Sum() / Windows.Sum();

    /// <summary>The part with most numbers, halos and gathered values included, as a share of the whole.</summary>
    public double LargestShareWithHalos => (double)Numbers.Select((numbers, part) => numbers + Halos[part] + Gathered[part]).Max() / Whole;

    /// <inheritdoc/>
    public override string ToString() =>
        $"{string.Join(" x ", Bounds.Select(bounds => bounds.Length - 1))} parts, of which the largest computes {LargestShare:P1} "
        + $"of all features, {LargestShareWithHalos:P1} with halos and what it gathers";
}
