namespace Microsoft.ML.MedicalSegmentation.Numerics;

/// <summary>Draws a share of each class.</summary>
internal static class StratifiedDraw
{
    private const long Key = 0x44726177;

    /// <summary>The indices that are drawn.</summary>
    /// <param name="labels">The class of each item.</param>
    /// <param name="share">0 to 1; of a class with several items at least one stays on each side where it is neither 0 nor 1.</param>
    /// <param name="seed">Decides which.</param>
    public static IReadOnlySet<int> Of<T>(IReadOnlyList<T> labels, double share, int seed)
        where T : notnull
    {
        var drawn = new HashSet<int>();
        foreach (
            var (number, group) in labels.Select((label, index) => (label, index)).GroupBy(item => item.label, item => item.index).Index()
        )
        {
            var members = group.ToList();
            var count = (int)Math.Round(share * members.Count, MidpointRounding.AwayFromZero);
            count = share is > 0 and < 1 && members.Count > 1 ? Math.Clamp(count, 1, members.Count - 1) : count;
            drawn.UnionWith(new RandomStream(seed, Key, number).Permutation(members.Count).Take(count).Select(place => members[place]));
        }

        return drawn;
    }
}
