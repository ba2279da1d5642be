namespace Microsoft.ML.MedicalSegmentation;

/// <summary>The segmentation of one volume.</summary>
/// <param name="Labels">Label values, not class indices, on the grid of the volume, with the model's classes.</param>
/// <param name="Probabilities">One channel per class, in class order, on the grid of the volume; null if they were not asked for.</param>
public sealed record VolumeSegmentation(LabelVolume Labels, Volume<float>? Probabilities);
