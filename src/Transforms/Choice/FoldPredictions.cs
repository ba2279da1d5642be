using Microsoft.ML.Data;

namespace Microsoft.ML.MedicalSegmentation.Choice;

/// <summary>
/// What the models of a cross-validation predict for the cases that they were not trained on, as files in a temporary folder.
/// </summary>
/// <remarks>One case at a time is in memory, however often they are read. Only the user may read the folder.</remarks>
internal sealed class FoldPredictions : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("medseg-").FullName;
    private readonly IReadOnlyList<IDataView> _validation;
    private readonly string _labelColumn;
    private int _count;

    private FoldPredictions(IReadOnlyList<IDataView> validation, string labelColumn) =>
        (_validation, _labelColumn) = (validation, labelColumn);

    /// <summary>Predicts every case by its fold.</summary>
    /// <param name="folds">The model of each fold.</param>
    /// <param name="validation">The cases of each fold with their labels.</param>
    /// <param name="labelColumn">The column of true labels.</param>
    /// <param name="predictedColumn">The column that the models add.</param>
    /// <param name="cancellationToken">Stops between cases.</param>
    public static FoldPredictions Make(
        IReadOnlyList<ITransformer> folds,
        IReadOnlyList<IDataView> validation,
        string labelColumn,
        string predictedColumn,
        CancellationToken cancellationToken
    )
    {
        var predictions = new FoldPredictions(validation, labelColumn);
        try
        {
            foreach (var (model, rows) in folds.Zip(validation))
            {
                foreach (var labels in Read(model.Transform(rows), predictedColumn))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    VolumeFormats.Save(labels, predictions.PathOf(predictions._count++), cancellationToken: cancellationToken);
                }
            }

            return predictions;
        }
        catch
        {
            predictions.Dispose();
            throw;
        }
    }

    /// <summary>Truth and prediction of every case, read anew each time.</summary>
    public IEnumerable<(LabelVolume Truth, LabelVolume Prediction)> Pairs()
        => _validation.SelectMany(rows => Read(rows, _labelColumn)).Select((truth, i) => (truth, VolumeFormats.OpenLabels(PathOf(i))));

    /// <summary>
    /// Mean Dice of each class but the background, or of each region, over the cases that have it in truth or prediction, by label value.
    /// </summary>
    /// <param name="postProcessing">Applied to predictions first.</param>
    /// <param name="regions">Measured in place of classes; empty for classes.</param>
    public SortedDictionary<int, double> Measure(PostProcessingPlan postProcessing, IReadOnlyList<LabelRegion> regions)
    {
        var evaluators = new SegmentationEvaluator?[Math.Max(1, regions.Count)];
        foreach (var (i, (truth, prediction)) in Pairs().Index())
        {
            var processed = postProcessing.Apply(prediction);
            for (var region = 0; region < evaluators.Length; region++)
            {
                var (actual, found) =
                    regions.Count == 0
                        ? (truth, processed)
                        : (RegionMask.Of(truth, regions[region]), RegionMask.Of(processed, regions[region]));
                (evaluators[region] ??= SegmentationEvaluator.Of(actual)).Add(actual, found, $"case {i}");
            }
        }

        var measured = evaluators
            .Select(evaluator => evaluator?.ToMetrics() ?? throw new InvalidOperationException("There are no cases to choose by."))
            .ToList();
        var dice =
            regions.Count == 0
                ? measured[0].Classes.Select(c => (c.Class.Value, c.Dice))
                : regions.Zip(
                    measured,
                    (region, metrics) => (Value: region.WrittenValue, metrics.Classes.Single(c => c.Class.Value == 1).Dice)
                );
        return new(dice.Where(one => !double.IsNaN(one.Dice)).ToDictionary(one => one.Value, one => one.Dice));
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string PathOf(int index) => Path.Combine(_folder, $"{index}.nii.gz");

    private static IEnumerable<LabelVolume> Read(IDataView rows, string column)
    {
        var found = rows.Schema.GetColumnOrNull(column) ?? throw new ArgumentException(
            $"There is no column '{column}'. Columns: {string.Join(", ", rows.Schema.Select(one => one.Name))}.", nameof(column));
        using var cursor = rows.GetRowCursor([found]);
        var getter = cursor.GetGetter<LabelVolume?>(found);
        while (cursor.MoveNext())
        {
            LabelVolume? labels = null;
            getter(ref labels);
            yield return labels
                ?? throw new ArgumentException($"A row has no labels in column '{column}'. Leave rows without labels out.", nameof(column));
        }
    }
}
