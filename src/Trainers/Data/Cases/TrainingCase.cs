namespace Microsoft.ML.MedicalSegmentation.Data.Cases;

/// <summary>One row of training data: an image, its labels if there are any, and where its structures lie.</summary>
/// <param name="Row">Its place in the data, from 0; what messages call it.</param>
/// <param name="Image">[C, D, H, W]; shared with the pipeline, never copied.</param>
/// <param name="Labels">[D, H, W], on the image's grid; null for an image without labels.</param>
/// <param name="Foreground">Voxels of each structure.</param>
internal sealed record TrainingCase(int Row, Volume Image, LabelVolume? Labels, ForegroundIndex Foreground)
{
    /// <summary>
    /// How many channels of the image, the last ones, are masks of 0 and 1, which augmentations of intensities leave alone.
    /// </summary>
    public int MaskChannels { get; init; }

    /// <summary>The labels, which a case must have.</summary>
    /// <exception cref="InvalidOperationException">It has none.</exception>
    public LabelVolume RequiredLabels => Labels ?? throw new InvalidOperationException($"Row {Row} has no labels.");

    /// <summary>Memory that the voxels take.</summary>
    public long SizeInBytes => Image.SizeInBytes + (Labels?.Voxels.SizeInBytes ?? 0);
}
