namespace Microsoft.ML.MedicalSegmentation.AspNetCore.Scoring;

/// <summary>Models of other digests with the same answers.</summary>
internal static class TinyOnnxModels
{
    public static SegmentationModel Shifted(int shift)
    {
        var info = new SegmentationModelInfo
        {
            Classes = [new(0, "background"), new(1, "bright")],
            Patch = new(1, 8, 8, 8),
            Preprocessing = $"version {shift}",
        };
        return MedicalSegmentation.Scoring.TinyOnnx.Model(info, new MedicalSegmentation.Scoring.TinyOnnx.Layer(2, 1, 1, [0, 1], [0.5f, 0]));
    }
}
