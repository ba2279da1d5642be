namespace Microsoft.ML.MedicalSegmentation;

/// <summary>An image or volume, and the class that it belongs to.</summary>
/// <param name="Path">The file, or the folder of a DICOM series.</param>
/// <param name="Label">The name of its class.</param>
/// <param name="Part">The part of the data that it was put into, such as "train"; null where the data are not divided.</param>
public sealed record ClassifiedImage(string Path, string Label, string? Part = null);
