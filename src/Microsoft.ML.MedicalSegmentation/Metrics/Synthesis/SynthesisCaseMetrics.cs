namespace Microsoft.ML.MedicalSegmentation;

/// <summary>The errors of one case.</summary>
/// <param name="Name">Name of the case.</param>
/// <param name="Whole">Over the whole volume.</param>
/// <param name="Mask">Over the voxels of the mask above 0; null where there is no mask, or none of its voxels is above 0.</param>
public sealed record SynthesisCaseMetrics(string Name, SynthesisErrors Whole, SynthesisErrors? Mask);
