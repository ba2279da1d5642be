namespace Microsoft.ML.MedicalSegmentation;

/// <summary>One part of a cross-validation.</summary>
/// <param name="Number">From 0.</param>
/// <param name="Training">The cases to train on.</param>
/// <param name="Validation">The others, which measure the trained model.</param>
public sealed record DatasetFold(int Number, SegmentationDataset Training, SegmentationDataset Validation);
