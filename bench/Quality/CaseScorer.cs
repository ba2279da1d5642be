namespace Microsoft.ML.MedicalSegmentation.Bench;

/// <summary>Scores images by a model zip that takes paths, and measures what the quality flag looks at.</summary>
internal sealed class CaseScorer : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("medseg-quality-").FullName;
    private readonly PredictionEngine<PathRow, ScoredRow> _engine;

    public CaseScorer(MLContext context, string model)
        => _engine = context.Model.CreatePredictionEngine<PathRow, ScoredRow>(
            context.MedicalSegmentation().Models.Load(model, new() { DoubtColumnName = nameof(ScoredRow.Doubt) }));

    /// <summary>The features of an image, by way of a file, as a user would give it.</summary>
    public QualityFeatures Score(Volume image)
    {
        var path = Path.Combine(_folder, "image.nii");
        VolumeFormats.Save(image, path);
        var row = _engine.Predict(new() { ImagePath = path });
        return QualityFeatures.Of(VolumeFormats.Open(path), row.PredictedLabel, row.PredictedLabel.Classes, row.Doubt);
    }

    public void Dispose()
    {
        _engine.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private sealed class PathRow
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class ScoredRow
    {
        [LabelVolumeColumn]
        public LabelVolume PredictedLabel { get; set; } = LabelVolume.Create([0], new(1, 1, 1, 1));

        [VolumeColumn]
        public Volume? Doubt { get; set; }
    }
}
