using Microsoft.ML.Data;
using Microsoft.ML.MedicalSegmentation.Datasets.Folds;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Cross-validation, on <c>mlContext.MedicalSegmentation()</c>.</summary>
public static class CrossValidationCatalog
{
    /// <summary>Trains as many models as there are folds, each without the cases of one fold, and measures each on those cases.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="data">Rows with paths or volumes, their labels, and the group column.</param>
    /// <param name="estimator">What is fitted: a trainer, or a pipeline that ends in one.</param>
    /// <param name="numberOfFolds">At least 2, at most the number of groups.</param>
    /// <param name="groupColumnName">
    /// A text column; rows with the same value stay together, such as <see cref="SegmentationDataset.GroupColumn"/>.
    /// </param>
    /// <param name="labelColumnName">The column of true label volumes.</param>
    /// <param name="predictedLabelColumnName">The column of label volumes that the model adds.</param>
    /// <param name="caseColumnName">A text column that names the cases in the metrics. Default: null, the group column.</param>
    /// <param name="seed">Decides which group comes to which fold.</param>
    /// <exception cref="ArgumentException">A column is missing, or there are fewer groups than folds.</exception>
    public static IReadOnlyList<CrossValidationFold> CrossValidate(
        this MedicalSegmentationCatalog catalog,
        IDataView data,
        IEstimator<ITransformer> estimator,
        int numberOfFolds = 5,
        string groupColumnName = SegmentationDataset.CaseIdColumn,
        string labelColumnName = "Label",
        string predictedLabelColumnName = "PredictedLabel",
        string? caseColumnName = null,
        int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(estimator);
        if (data.Schema.GetColumnOrNull(groupColumnName) is not { } group || group.Type != TextDataViewType.Instance)
        {
            throw new ArgumentException(
                $"There is no text column '{groupColumnName}' that says which rows belong together. Columns: "
                    + $"{string.Join(", ", data.Schema.Select(column => column.Name))}.",
                nameof(groupColumnName)
            );
        }

        string[] keys = [.. data.GetColumn<ReadOnlyMemory<char>>(group).Select(key => key.ToString())];
        var parts = GroupSplit.IntoParts(keys, numberOfFolds, seed, "the data");
        var folds = new List<CrossValidationFold>(numberOfFolds);
        for (var fold = 0; fold < numberOfFolds; fold++)
        {
            var (training, validation) = Divide(catalog.Context, data, groupColumnName, keys.Zip(parts), fold);
            var model = estimator.Fit(training);
            var metrics = catalog.Evaluate(
                model.Transform(validation),
                labelColumnName,
                predictedLabelColumnName,
                caseColumnName ?? groupColumnName
            );
            folds.Add(new(fold, model, metrics));
        }

        return folds;
    }

    // Stock transforms alone, so that rows stay lazy and volumes are passed by reference.
    private static (IDataView Training, IDataView Validation) Divide(
        MLContext context,
        IDataView data,
        string group,
        IEnumerable<(string Key, int Part)> rows,
        int fold
    )
    {
        const string Side = "medseg side of the fold";
        var sides = rows.DistinctBy(row => row.Key).Select(row => KeyValuePair.Create(row.Key, row.Part == fold ? 1f : 0f));
        var marked = context.Transforms.Conversion.MapValue(Side, sides, group).Fit(data).Transform(data);
        IDataView Of(double side)
        {
            var chosen = context.Data.FilterRowsByColumn(marked, Side, side - 0.5, side + 0.5);
            return context.Transforms.DropColumns(Side).Fit(chosen).Transform(chosen);
        }

        return (Of(0), Of(1));
    }
}
