using MedicalSegmentationDoubt = Microsoft.ML.MedicalSegmentation.Doubt;

namespace MedSeg.Jobs;

/// <summary>What a model gives for a case.</summary>
internal sealed class ScoredRow
{
    /// <summary>The column of doubt that models are asked for.</summary>
    public const string DoubtColumn = nameof(Doubt);

    /// <summary>The column of probabilities that models are asked for.</summary>
    public const string ProbabilityColumn = nameof(Probability);

    private ScoredRow(LabelVolume labels) => PredictedLabel = labels;

    /// <summary>The labels.</summary>
    public LabelVolume PredictedLabel { get; }

    /// <summary>Probabilities, of models that give them.</summary>
    public Volume? Probability { get; private init; }

    /// <summary>Doubt, of models that were asked for it.</summary>
    public Volume? Doubt { get; private init; }

    /// <summary>Scores the one row of data.</summary>
    /// <remarks>
    /// ML.NET's own reading into classes fails where a column is missing after one of its transforms, such as SelectColumns at a model's
    /// end.
    /// </remarks>
    /// <exception cref="InputDataException">The model gives no labels.</exception>
    public static ScoredRow Of(IDataView rows)
    {
        var labels = rows.Schema.GetColumnOrNull(nameof(PredictedLabel))
            ?? throw new InputDataException(
                "The model gives no labels: its result has no column 'PredictedLabel'. Name a model that segments."
            );
        var (probability, doubt) = (rows.Schema.GetColumnOrNull(ProbabilityColumn), rows.Schema.GetColumnOrNull(DoubtColumn));
        using var cursor = rows.GetRowCursor([labels, .. new[] { probability, doubt }.OfType<DataViewSchema.Column>()]);
        var getLabels = cursor.GetGetter<LabelVolume?>(labels);
        var getProbability = probability is { } given ? cursor.GetGetter<Volume?>(given) : null;
        var getDoubt = doubt is { } measured ? cursor.GetGetter<Volume?>(measured) : null;
        if (!cursor.MoveNext())
        {
            throw new InputDataException("The model gives no row for the case. Take filters out of its pipeline.");
        }

        LabelVolume? predicted = null;
        getLabels(ref predicted);
        return new(predicted ?? throw new InputDataException("The model gives no labels for the case."))
        {
            Probability = Value(getProbability),
            Doubt = Value(getDoubt),
        };
    }

    /// <summary>The doubt; from the probabilities where the model was saved with those.</summary>
    /// <exception cref="InputDataException">The model gives neither.</exception>
    public Volume MeasureDoubt(bool hasRegions) =>
        Doubt
        ?? (
            Probability is not { } probabilities
                ? throw new InputDataException(
                    "The model gives neither doubt nor probabilities in a column 'Probability'. Train it again with this version."
                )
            : hasRegions ? MedicalSegmentationDoubt.RegionEntropy(probabilities)
            : MedicalSegmentationDoubt.Entropy(probabilities)
        );

    private static Volume? Value(ValueGetter<Volume?>? get)
    {
        Volume? value = null;
        get?.Invoke(ref value);
        return value;
    }
}
