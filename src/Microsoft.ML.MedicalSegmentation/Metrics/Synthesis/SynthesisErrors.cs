namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How far a synthesised volume lies from its target, over the whole volume or over a mask.</summary>
/// <remarks>All channels count together; similarities are means over the channels.</remarks>
/// <param name="PeakSignalToNoiseRatio">
/// 10 log10(R² / mean squared error) in dB, R being the data range; infinite where the two are equal, NaN where the target is constant.
/// </param>
/// <param name="StructuralSimilarity">
/// Mean of the structural similarity with a Gaussian window of 11 voxels and sigma 1.5 along each axis, over the windows that lie in the
/// volume and whose centre counts; NaN where none does. Wang et al. 2004, https://doi.org/10.1109/TIP.2003.819861.
/// </param>
/// <param name="BoxStructuralSimilarity">
/// The same with uniform windows of 7 voxels along each axis and sample variances (divided by n - 1), as scikit-image's default.
/// </param>
/// <param name="NormalizedMeanAbsoluteError">Mean absolute error divided by the data range; NaN where the target is constant.</param>
/// <param name="MeanSquaredError">Mean squared error in the square of the target's unit.</param>
/// <param name="Voxels">Voxels compared, one channel.</param>
public sealed record SynthesisErrors(
    double PeakSignalToNoiseRatio,
    double StructuralSimilarity,
    double BoxStructuralSimilarity,
    double NormalizedMeanAbsoluteError,
    double MeanSquaredError,
    long Voxels);
