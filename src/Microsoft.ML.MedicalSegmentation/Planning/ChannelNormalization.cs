namespace Microsoft.ML.MedicalSegmentation.Planning;

/// <summary>How the intensities of one channel are normalised.</summary>
/// <param name="Scheme">The rule.</param>
/// <param name="WithinNonzero">True to take the statistics of a z-score from voxels that are not 0, and to change only those.</param>
public sealed record ChannelNormalization(NormalizationScheme Scheme, bool WithinNonzero = false);
