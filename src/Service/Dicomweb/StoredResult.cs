namespace Microsoft.ML.MedicalSegmentation.AspNetCore;

/// <summary>The objects that a model makes of a series, with identifiers that are the same whenever they are made.</summary>
public sealed class StoredResult
{
    private readonly DicomSegmentationOptions _segmentation;
    private readonly string _reportSeed;

    private StoredResult(string seed)
    {
        _segmentation = new() { Seed = $"{seed}/seg", OmitEmptyFrames = true };
        _reportSeed = $"{seed}/report";
        ReportSeries = new DicomSegmentationOptions { Seed = _reportSeed }.SeriesUid ?? "";
    }

    /// <summary>Series Instance UID of the segmentation.</summary>
    public string SegmentationSeries => _segmentation.SeriesUid ?? "";

    /// <summary>Series Instance UID of the report.</summary>
    public string ReportSeries { get; }

    /// <summary>The result of a model for a series.</summary>
    /// <param name="modelDigest">SHA-256 of the model zip.</param>
    /// <param name="series">Series Instance UID of the images.</param>
    public static StoredResult Of(string modelDigest, string series) => new($"{modelDigest}/{series}");

    /// <summary>Writes the objects.</summary>
    /// <param name="labels">The labels.</param>
    /// <param name="series">The images.</param>
    /// <param name="algorithm">The model.</param>
    /// <param name="folder">Where.</param>
    /// <param name="withReport">True to write a measurement report too.</param>
    /// <param name="comments">Sentences for the report.</param>
    /// <returns>Paths: the segmentation, and then the report.</returns>
    public IReadOnlyList<string> Write(
        LabelVolume labels,
        DicomSeries series,
        DicomAlgorithm algorithm,
        string folder,
        bool withReport,
        IReadOnlyList<string> comments
    )
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(comments);
        var segmentation = Path.Combine(folder, "segmentation.dcm");
        DicomSegmentation.Write(labels, segmentation, _segmentation with { Source = series, Algorithm = algorithm });
        if (!withReport)
        {
            return [segmentation];
        }

        var report = Path.Combine(folder, "report.dcm");
        var image = series.Read();
        DicomMeasurementReport.Write(labels, image.Shape.Channels == 1 ? image : image.Channel(0), report, new()
        {
            Source = series,
            Segmentation = segmentation,
            Algorithm = algorithm,
            Seed = _reportSeed,
            Comments = [.. comments.Select(c => c.Length <= 1024 ? c : c[..1024])],
        });
        return [segmentation, report];
    }
}
