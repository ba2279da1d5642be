using Microsoft.ML.MedicalSegmentation.Datasets.Folds;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Divides data sets for training and validation. Cases of one patient stay together.</summary>
public static class DatasetFolds
{
    /// <summary>Divides the cases into parts of about equal size; each fold validates on one of them and trains on the others.</summary>
    /// <param name="dataset">The cases; those with the same <see cref="SegmentationCase.Group"/> come to the same part.</param>
    /// <param name="count">Number of folds: at least 2, at most the number of groups.</param>
    /// <param name="seed">Decides which case comes to which part.</param>
    /// <exception cref="ArgumentException">There are fewer groups than folds.</exception>
    public static IReadOnlyList<DatasetFold> SplitIntoFolds(this SegmentationDataset dataset, int count = 5, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var parts = GroupSplit.IntoParts([.. dataset.Cases.Select(KeyOf)], count, seed, $"the data set '{dataset.Name}'");
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(fold => new DatasetFold(
                    fold,
                    Select(dataset, parts, part => part != fold),
                    Select(dataset, parts, part => part == fold)
                )),
        ];
    }

    /// <summary>Keeps some cases apart.</summary>
    /// <param name="dataset">The cases; those with the same <see cref="SegmentationCase.Group"/> stay together.</param>
    /// <param name="count">How many cases to keep apart; fewer where a group does not fit, and at least one group.</param>
    /// <param name="seed">Decides which.</param>
    /// <returns>The other cases, and those that are kept apart.</returns>
    public static (SegmentationDataset Training, SegmentationDataset Validation) Split(
        this SegmentationDataset dataset,
        int count,
        int seed = 0
    )
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var (others, apart) = GroupSplit.Apart(dataset.Cases, KeyOf, count, seed);
        return (dataset.WithCases(others), dataset.WithCases(apart));
    }

    /// <summary>Reads the folds of nnU-Net's splits_final.json.</summary>
    /// <param name="dataset">The cases; every name in the file must be one of theirs.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InputDataException">
    /// The file is something else, names a case that there is not, or validates on a case or a patient that it trains on.
    /// </exception>
    public static IReadOnlyList<DatasetFold> LoadFolds(this SegmentationDataset dataset, string path)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return NnUNetSplits.Read(dataset, path);
    }

    /// <summary>Writes folds as nnU-Net's splits_final.json; the file is whole or absent.</summary>
    public static void SaveFolds(this IReadOnlyList<DatasetFold> folds, string path)
    {
        ArgumentNullException.ThrowIfNull(folds);
        NnUNetSplits.Write(folds, path);
    }

    /// <summary>What must stay together: the group, such as a patient, or the case alone.</summary>
    internal static string KeyOf(SegmentationCase one) => one.Group is { } group ? $"group {group}" : $"case {one.Id}";

    private static SegmentationDataset Select(SegmentationDataset dataset, int[] parts, Func<int, bool> isWanted)
        => dataset.WithCases([.. dataset.Cases.Where((_, i) => isWanted(parts[i]))]);
}
