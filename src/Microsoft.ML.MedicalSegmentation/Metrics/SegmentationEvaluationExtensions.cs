using Microsoft.ML.Data;
using Microsoft.ML.MedicalSegmentation.Columns;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Evaluation of segmentations: <c>mlContext.MedicalSegmentation().Evaluate(...)</c>.</summary>
public static class SegmentationEvaluationExtensions
{
    /// <summary>
    /// Compares predicted label volumes with true ones by class and case: Dice, IoU, and whatever else of <see cref="MetricList"/> is
    /// wanted.
    /// </summary>
    /// <remarks>Rows are read one by one, so that memory does not grow with their number.</remarks>
    /// <param name="catalog">The catalog.</param>
    /// <param name="data">Rows with a true and a predicted label volume on one grid.</param>
    /// <param name="labelColumnName">The column of true label volumes.</param>
    /// <param name="predictedLabelColumnName">The column of predicted label volumes.</param>
    /// <param name="caseColumnName">A text column that names the cases in the result and in messages. Default: rows are numbered.</param>
    /// <param name="classes">
    /// The classes that labels may have. Left out, those of the first row's prediction, or of its label; where neither
    /// names any, every value that occurs is a class.
    /// </param>
    /// <param name="emptyPolicy">What overlap is where a class is in neither volume.</param>
    /// <param name="includeBackground">True to measure label value 0 as well; it inflates every mean.</param>
    /// <param name="metrics">What to measure. Default: Dice and IoU.</param>
    /// <param name="groupColumnName">A text column with each case's subgroup, such as its scanner. Default: no subgroups.</param>
    /// <param name="probabilitiesColumnName">
    /// A column of class probabilities, one channel per class in the order of the classes, for the calibration error. Default: none.
    /// </param>
    /// <param name="cancellationToken">Ends the evaluation between two cases.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="ArgumentException">
    /// A column is missing or of another kind; sizes or positions differ, or a label value is of no class; names the case.
    /// </exception>
    /// <exception cref="InvalidOperationException">There are no rows, or no class but the background occurs.</exception>
    public static SegmentationMetrics Evaluate(
        this MedicalSegmentationCatalog catalog,
        IDataView data,
        string labelColumnName = "Label",
        string predictedLabelColumnName = "PredictedLabel",
        string? caseColumnName = null,
        IReadOnlyList<LabelClass>? classes = null,
        EmptyPolicy emptyPolicy = EmptyPolicy.Nan,
        bool includeBackground = false,
        IReadOnlyList<SegmentationMetric>? metrics = null,
        string? groupColumnName = null,
        string? probabilitiesColumnName = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        var labelColumn = Require(
            data.Schema,
            labelColumnName,
            "the true labels",
            LabelVolumeDataViewType.Instance,
            "Put LoadLabelVolumes before it. A model that mlContext.Model.Load read loads no labels: use Models.Load, or load them "
                + "beside it. ML.NET drops columns of volumes where it caches or shuffles rows: do that to the paths."
        );
        var predictionColumn = Require(
            data.Schema,
            predictedLabelColumnName,
            "the predicted labels",
            LabelVolumeDataViewType.Instance,
            "Evaluate what the trained model's Transform gives."
        );
        List<DataViewSchema.Column> columns = [labelColumn, predictionColumn];
        if (caseColumnName is not null)
        {
            columns.Add(Require(data.Schema, caseColumnName, "the case names", TextDataViewType.Instance, "Name a column of text."));
        }

        DataViewSchema.Column? groupColumn = groupColumnName is null
            ? null
            : Require(data.Schema, groupColumnName, "the subgroups", TextDataViewType.Instance, "Name a column of text.");
        DataViewSchema.Column? probabilitiesColumn = probabilitiesColumnName is null
            ? null
            : Require(
                data.Schema,
                probabilitiesColumnName,
                "the probabilities",
                VolumeDataViewType.Instance,
                "Name the column of probabilities of the trainer or of ScoreWithOnnx."
            );
        using var cursor = data.GetRowCursor([.. columns, .. new[] { groupColumn, probabilitiesColumn }.OfType<DataViewSchema.Column>()]);
        var getProbabilities = probabilitiesColumn is { } ofVolumes ? cursor.GetGetter<Volume?>(ofVolumes) : null;
        var getGroup = groupColumn is { } column ? cursor.GetGetter<ReadOnlyMemory<char>>(column) : null;
        var getLabel = cursor.GetGetter<LabelVolume?>(labelColumn);
        var getPrediction = cursor.GetGetter<LabelVolume?>(predictionColumn);
        var getName = caseColumnName is null ? null : cursor.GetGetter<ReadOnlyMemory<char>>(columns[2]);
        SegmentationEvaluator? evaluator = classes is null ? null : new(classes, emptyPolicy, includeBackground, metrics);
        while (cursor.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var name = $"row {cursor.Position}";
            if (getName is not null)
            {
                ReadOnlyMemory<char> text = default;
                getName(ref text);
                name = text.IsEmpty ? name : text.ToString();
            }

            var label = Read(getLabel, labelColumnName, name);
            var prediction = Read(getPrediction, predictedLabelColumnName, name);
            evaluator ??= new(ClassesOf(label, prediction), emptyPolicy, includeBackground, metrics);
            ReadOnlyMemory<char> group = default;
            getGroup?.Invoke(ref group);
            evaluator.Add(label, prediction, name, group.ToString());
            if (getProbabilities is not null)
            {
                Volume? probabilities = null;
                getProbabilities(ref probabilities);
                evaluator.AddProbabilities(
                    label,
                    probabilities ?? throw new ArgumentException($"Case '{name}' has no value in column '{probabilitiesColumnName}'."),
                    prediction.Classes
                );
            }
        }

        return (evaluator ?? new()).ToMetrics();
    }

    // A prediction has no class for ignored voxels, which only labels hold.
    private static IReadOnlyList<LabelClass> ClassesOf(LabelVolume label, LabelVolume prediction) =>
        prediction.Classes.Count == 0
            ? label.Classes
            : [.. prediction.Classes, .. label.Classes.Where(c => c.IsIgnored && prediction.Classes.All(known => known.Value != c.Value))];

    private static LabelVolume Read(ValueGetter<LabelVolume?> get, string column, string name)
    {
        LabelVolume? value = null;
        get(ref value);
        return value ?? throw new ArgumentException($"Case '{name}' has no value in column '{column}'. Every row needs a label volume.");
    }

    private static DataViewSchema.Column Require(DataViewSchema schema, string name, string what, DataViewType type, string remedy)
    {
        if (schema.GetColumnOrNull(name) is not { } column)
        {
            var others = string.Join(", ", schema.Where(c => !c.IsHidden && c.Type.Equals(type)).Select(c => $"'{c.Name}'"));
            throw new ArgumentException(
                $"There is no column '{name}' for {what}. "
                    + $"{(others.Length == 0 ? $"No column is of type {type}. {remedy}" : $"Columns of type {type}: {others}.")}",
                nameof(name)
            );
        }

        return column.Type.Equals(type)
            ? column
            : throw new ArgumentException(
                $"Column '{name}' is of type {column.Type}; {what} must be of type {type}. {remedy}",
                nameof(name)
            );
    }
}
