using MedSeg.Terminal;

namespace MedSeg.Jobs;

/// <summary>Calibrates the quality flag on cases that the weights were not learnt from, and applies it.</summary>
internal static class QualityJob
{
    /// <summary>The flag; null, with a line that says why, if there are too few cases.</summary>
    /// <remarks>Scores every case once more, for its doubt.</remarks>
    /// <param name="context">Device.</param>
    /// <param name="modelPath">The model zip.</param>
    /// <param name="cases">Cases for validation.</param>
    public static QualityModel? Calibrate(MLContext context, string modelPath, SegmentationDataset cases)
    {
        if (cases.Cases.Count < QualityModel.LeastCases)
        {
            Report.Step($"The quality flag needs at least {QualityModel.LeastCases} cases for validation; this model has none.");
            return null;
        }

        Report.Step("Scoring the cases for validation to calibrate the quality flag ...");
        return QualityModel.Fit(Features(context, modelPath, cases));
    }

    /// <summary>What each case is like once the model has scored it.</summary>
    public static IReadOnlyList<QualityFeatures> Features(MLContext context, string modelPath, SegmentationDataset cases)
    {
        var model = context.MedicalSegmentation().Models.Load(modelPath, new() { DoubtColumnName = ScoredRow.DoubtColumn });
        var hasRegions = context.MedicalSegmentation().Describe(model).Planned?.HasRegions ?? false;
        var features = new List<QualityFeatures>();
        foreach (var one in cases.Cases)
        {
            var rows = model.Transform(
                new SegmentationDataset("validation", [one with { LabelPath = null, Group = null }]).ToDataView(context)
            );
            var scored = ScoredRow.Of(rows);
            features.Add(
                QualityFeatures.Of(
                    VolumeFormats.Open(one.ImagePaths[0]),
                    scored.PredictedLabel,
                    scored.PredictedLabel.Classes,
                    scored.MeasureDoubt(hasRegions)
                )
            );
        }

        return features;
    }
}
