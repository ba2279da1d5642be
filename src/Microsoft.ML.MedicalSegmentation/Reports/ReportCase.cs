namespace Microsoft.ML.MedicalSegmentation;

/// <summary>One case for the viewer of a report. Volumes are read one case at a time, and only for the cases that are shown.</summary>
/// <param name="Name">The case's name in the metrics.</param>
/// <param name="Image">Reads the image; of several channels, three in one slice are a colour picture, otherwise the first is shown.</param>
/// <param name="Truth">Reads what experts drew, on the grid of the image.</param>
/// <param name="Prediction">Reads the predicted labels, on the grid of the image.</param>
/// <param name="Doubt">Reads a volume of doubt, from 0 (certain) to 1, on the grid of the image. Default: null, none.</param>
public sealed record ReportCase(
    string Name,
    Func<Volume> Image,
    Func<LabelVolume> Truth,
    Func<LabelVolume> Prediction,
    Func<Volume>? Doubt = null
);
