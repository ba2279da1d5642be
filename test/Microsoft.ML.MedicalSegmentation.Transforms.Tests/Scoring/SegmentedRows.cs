namespace Microsoft.ML.MedicalSegmentation.Scoring;

/// <summary>A row with what a model says of it.</summary>
public sealed class Segmented
{
    public string CaseId { get; set; } = "";

    [LabelVolumeColumn]
    public LabelVolume PredictedLabel { get; set; } = null!;

    [VolumeColumn]
    public Volume Probabilities { get; set; } = null!;
}

/// <summary>A row with what a model says of it, labels only.</summary>
public sealed class Labelled
{
    [LabelVolumeColumn]
    public LabelVolume PredictedLabel { get; set; } = null!;
}

/// <summary>Rows before and after a segmentation.</summary>
internal static class SegmentedRows
{
    /// <summary>Scans as a network takes them.</summary>
    public static IDataView Normalized(MLContext context, IEnumerable<Scan> scans)
    {
        var data = context.Data.LoadFromEnumerable(scans);
        return context.MedicalSegmentation().Transforms.NormalizeIntensity("Image").Fit(data).Transform(data);
    }

    public static List<T> Read<T>(MLContext context, IDataView view)
        where T : class, new()
        => [.. context.Data.CreateEnumerable<T>(view, reuseRowObject: false)];

    public static void AssertSame(LabelVolume expected, LabelVolume actual)
    {
        CollectionAssert.AreEqual(expected.Voxels.Bytes.ToArray(), actual.Voxels.Bytes.ToArray());
        Assert.AreEqual(expected.Shape, actual.Shape);
        Assert.AreEqual(expected.Geometry, actual.Geometry);
    }
}
