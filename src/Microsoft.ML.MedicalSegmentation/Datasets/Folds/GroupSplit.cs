namespace Microsoft.ML.MedicalSegmentation.Datasets.Folds;

/// <summary>Divides rows by their groups, such as patients, at random.</summary>
internal static class GroupSplit
{
    /// <summary>The part of each row: groups in random order, the largest first, each to the part that has fewest rows.</summary>
    /// <param name="keys">The group of each row.</param>
    /// <param name="count">Number of parts.</param>
    /// <param name="seed">Decides the order.</param>
    /// <param name="what">What messages call the rows.</param>
    /// <exception cref="ArgumentException">There are fewer groups than parts.</exception>
    public static int[] IntoParts(IReadOnlyList<string> keys, int count, int seed, string what)
    {
        var groups = keys.Index().GroupBy(row => row.Item, row => row.Index).Select(rows => rows.ToArray()).ToArray();
        if (count < 2 || count > groups.Length)
        {
            throw new ArgumentException(
                $"{count} folds cannot be made of {what}, which has {groups.Length} groups. Ask for 2 to "
                    + $"{Math.Max(2, groups.Length)} folds.",
                nameof(count)
            );
        }

        new Random(seed).Shuffle(groups);
        var parts = new int[keys.Count];
        var sizes = new int[count];
        foreach (var group in groups.OrderByDescending(rows => rows.Length))
        {
            var smallest = Array.IndexOf(sizes, sizes.Min());
            sizes[smallest] += group.Length;
            Array.ForEach(group, row => parts[row] = smallest);
        }

        return parts;
    }

    /// <summary>Takes whole groups in random order as long as they hold no more rows than asked for.</summary>
    public static (List<T> Others, List<T> Apart) Apart<T>(IReadOnlyList<T> rows, Func<T, string> keyOf, int count, int seed)
    {
        var groups = rows.GroupBy(keyOf).Select(group => group.ToArray()).ToArray();
        new Random(seed).Shuffle(groups);
        var (others, apart) = (new List<T>(), new List<T>());
        foreach (var group in groups)
        {
            (apart.Count + group.Length <= count ? apart : others).AddRange(group);
        }

        // Groups that are all larger than the part: the smallest of several is nearest to what was asked for.
        if (apart.Count == 0 && count > 0 && groups.Length > 1)
        {
            apart.AddRange(groups.MinBy(group => group.Length) ?? []);
            others.RemoveAll(apart.Contains);
        }

        return (others, apart);
    }
}
