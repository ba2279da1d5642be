using Microsoft.ML.MedicalSegmentation.Planning;

namespace Microsoft.ML.MedicalSegmentation.Preprocessing;

/// <summary>How the intensities of one channel are normalised, with the numbers that it takes.</summary>
/// <param name="Scheme">The rule.</param>
/// <param name="WithinNonzero">
/// True to take the statistics of a z-score from voxels that are not 0 (holes filled), and to change only those.
/// </param>
/// <param name="Statistics">Of the data set; needed by <see cref="NormalizationScheme.CT"/>, null for the others.</param>
public sealed record PlannedChannel(NormalizationScheme Scheme, bool WithinNonzero = false, IntensityStatistics? Statistics = null);
