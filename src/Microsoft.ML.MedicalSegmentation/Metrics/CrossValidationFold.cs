namespace Microsoft.ML.MedicalSegmentation;

/// <summary>What one fold of a cross-validation gave.</summary>
/// <param name="Fold">From 0.</param>
/// <param name="Model">The model that was trained without the fold's cases.</param>
/// <param name="Metrics">Its predictions for the fold's cases, compared with their labels.</param>
public sealed record CrossValidationFold(int Fold, ITransformer Model, SegmentationMetrics Metrics);
