using Microsoft.ML.Data;
using Microsoft.ML.MedicalSegmentation.Classification;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Evaluates classifiers, on <c>mlContext.MedicalSegmentation()</c>.</summary>
public static class ClassificationEvaluationExtensions
{
    /// <summary>Compares what a classifier gave with the true classes, by name: AUC with interval, accuracy, confusion.</summary>
    /// <remarks>
    /// ML.NET's own <c>MulticlassClassification.Evaluate</c> compares keys by their number, so that label and prediction must have the same
    /// classes in the same order; here names are compared.
    /// </remarks>
    /// <param name="catalog">The catalog.</param>
    /// <param name="data">Rows that a classifier has scored.</param>
    /// <param name="labelColumnName">Column of the true class: text, a key with texts as values, or Boolean.</param>
    /// <param name="predictedLabelColumnName">The column of predicted classes.</param>
    /// <param name="scoreColumnName">The column of scores.</param>
    /// <param name="probabilityColumnName">The column of probabilities.</param>
    /// <exception cref="ArgumentException">A column is missing or of another kind, or a label is none of the classes.</exception>
    public static ClassificationEvaluation EvaluateClassification(
        this MedicalSegmentationCatalog catalog,
        IDataView data,
        string labelColumnName = "Label",
        string predictedLabelColumnName = "PredictedLabel",
        string scoreColumnName = "Score",
        string probabilityColumnName = "Probability")
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        var predicted = Column(data, predictedLabelColumnName);
        var isBinary = predicted.Type is BooleanDataViewType;
        var classes = isBinary ? LabelNames.OfBooleans : LabelNames.OfKey(predicted);
        if (classes.Count < 2)
        {
            throw new ArgumentException(
                $"Column '{predictedLabelColumnName}' is {predicted.Type} without names of classes. Give the rows that a classifier "
                    + "of this library has scored."
            );
        }

        var (label, score) = (Column(data, labelColumnName), Column(data, isBinary ? probabilityColumnName : scoreColumnName));
        var (truth, probabilities) = (new List<int>(), new List<float[]>());
        using var cursor = data.GetRowCursor([label, score]);
        var getName = LabelNames.Reader(cursor, label);
        var getScore = isBinary ? Binary(cursor, score) : Vector(cursor, score);
        while (cursor.MoveNext())
        {
            var name = getName();
            var index = classes.ToList().IndexOf(name);
            truth.Add(
                index >= 0
                    ? index
                    : throw new ArgumentException(
                        $"Row {cursor.Position} has the label '{name}', which is none of the classes {string.Join(", ", classes)}. "
                            + "Name classes as in training, or leave the row out."
                    )
            );
            probabilities.Add(getScore());
        }

        return new(classes, truth, probabilities);
    }

    private static DataViewSchema.Column Column(IDataView data, string name) =>
        data.Schema.GetColumnOrNull(name)
        ?? throw new ArgumentException(
            $"There is no column '{name}'. Columns: {string.Join(", ", data.Schema.Select(column => column.Name))}."
        );

    private static Func<float[]> Binary(DataViewRow row, DataViewSchema.Column column)
    {
        var get = row.GetGetter<float>(column);
        return () =>
        {
            float probability = 0;
            get(ref probability);
            return [1 - probability, probability];
        };
    }

    private static Func<float[]> Vector(DataViewRow row, DataViewSchema.Column column)
    {
        var get = row.GetGetter<VBuffer<float>>(column);
        VBuffer<float> value = default;
        return () =>
        {
            get(ref value);
            return value.DenseValues().ToArray();
        };
    }
}
