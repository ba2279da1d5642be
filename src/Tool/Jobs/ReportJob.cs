namespace MedSeg.Jobs;

/// <summary>From an evaluation and the files that it compared to a report.</summary>
internal static class ReportJob
{
    /// <summary>What a report measures unless told otherwise.</summary>
    public static IReadOnlyList<SegmentationMetric> DefaultMetrics { get; } =
        MetricList.Find("dice", "iou", "hd95", "nsd@1", "assd", "volume-difference", "lesion-recall");

    /// <summary>Writes a report.</summary>
    /// <param name="context">The context.</param>
    /// <param name="dataset">Images and labels.</param>
    /// <param name="predictions">Folder with CASE.nii.gz.</param>
    /// <param name="metrics">The evaluation of these predictions.</param>
    /// <param name="output">The file to write.</param>
    /// <param name="options">Title and comparison; the rest is set here.</param>
    /// <param name="model">The model zip whose card is shown; null shows none.</param>
    /// <param name="doubt">Folder with volumes of doubt; null shows none.</param>
    public static void Write(
        MLContext context,
        SegmentationDataset dataset,
        string predictions,
        SegmentationMetrics metrics,
        string output,
        ReportOptions options,
        string? model = null,
        string? doubt = null
    )
    {
        var card = model is null ? null : context.MedicalSegmentation().Models.ReadCard(model);
        var warnings = new List<(string, string)>();
        var measured = metrics.Cases.Select(one => one.Name).ToHashSet(StringComparer.Ordinal);
        var cases = dataset.Cases.Where(one => measured.Contains(one.Id)).ToList();
        if (card?.Inputs is { } inputs)
        {
            warnings.AddRange(
                cases.SelectMany(one => inputs.Check(VolumeFormats.Open(one.ImagePaths[0])).Select(warning => (one.Id, warning)))
            );
        }

        metrics.SaveReport(output, options with
        {
            Cases = [.. cases.Where(one => one.LabelPath is not null).Select(one => ToCase(one, predictions, doubt))],
            Card = card,
            InputsChecked = card?.Inputs is null ? 0 : cases.Count,
            InputWarnings = warnings,
        });
    }

    private static ReportCase ToCase(SegmentationCase one, string predictions, string? doubt)
    {
        var file = one.Id + ".nii.gz";
        var doubtFile = doubt is null ? null : Path.Combine(doubt, file);
        return new(
            one.Id,
            () => VolumeFormats.Open(one.ImagePaths[0]),
            () => VolumeFormats.OpenLabels(one.LabelPath ?? throw new InvalidOperationException($"Case '{one.Id}' has no labels.")),
            () => VolumeFormats.OpenLabels(Path.Combine(predictions, file)),
            doubtFile is not null && File.Exists(doubtFile) ? () => VolumeFormats.Open(doubtFile) : null);
    }
}
