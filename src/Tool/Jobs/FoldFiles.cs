namespace MedSeg.Jobs;

/// <summary>The files that `medseg train --folds` writes beside the zip of the ensemble.</summary>
internal static class FoldFiles
{
    /// <summary>The zip of a configuration, where several are trained.</summary>
    public static string Configuration(string output, string name) => Beside(output, name, ".zip");

    /// <summary>The zip of a fold.</summary>
    public static string Fold(string output, int number) => Beside(output, $"fold-{number}", ".zip");

    /// <summary>Which cases each fold is trained and measured on, as nnU-Net's splits_final.json.</summary>
    public static string Splits(string output) => Beside(output, "splits", ".json");

    /// <summary>The folds of a model with their zips; null where there are none.</summary>
    /// <param name="output">The zip of the ensemble, which need not be there.</param>
    /// <param name="dataset">The cases.</param>
    /// <exception cref="FileNotFoundException">The zip of a fold is missing.</exception>
    public static IReadOnlyList<(DatasetFold Fold, string Path)>? Find(string output, SegmentationDataset dataset)
    {
        if (!File.Exists(Splits(output)))
        {
            return null;
        }

        var folds = dataset.LoadFolds(Splits(output)).Select(fold => (Fold: fold, Path: Fold(output, fold.Number))).ToList();
        return folds.Find(fold => !File.Exists(fold.Path)) is (_, { } missing)
            ? throw new FileNotFoundException(
                $"{Splits(output)} names {folds.Count} folds, and there is no '{missing}'. Train it by "
                    + "`medseg train --fold`, or name another model.",
                missing
            )
            : folds;
    }

    private static string Beside(string output, string what, string ending)
        => Path.Combine(Path.GetDirectoryName(output) ?? "", $"{Path.GetFileNameWithoutExtension(output)}.{what}{ending}");
}
