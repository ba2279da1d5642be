namespace Microsoft.ML.MedicalSegmentation.Metrics.Synthesis;

/// <summary>One measure of synthesised volumes.</summary>
/// <param name="Key">Its name in files and on command lines.</param>
/// <param name="Name">Its name in tables.</param>
/// <param name="Of">Reads it.</param>
internal sealed record SynthesisMetric(string Key, string Name, Func<SynthesisErrors, double> Of);

/// <summary>The measures of synthesised volumes, in the order of tables.</summary>
internal static class SynthesisMetricList
{
    public static IReadOnlyList<SynthesisMetric> All { get; } =
    [
        new("psnr", "PSNR, dB", errors => errors.PeakSignalToNoiseRatio),
        new("ssim", "SSIM", errors => errors.StructuralSimilarity),
        new("ssim-box", "SSIM (box)", errors => errors.BoxStructuralSimilarity),
        new("nmae", "NMAE", errors => errors.NormalizedMeanAbsoluteError),
        new("mse", "MSE", errors => errors.MeanSquaredError),
    ];

    /// <summary>The measure of a key, in any case.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists the keys.</exception>
    public static SynthesisMetric Find(string key) =>
        All.FirstOrDefault(metric => metric.Key.Equals(key, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException(
            $"There is no measure '{key}' of synthesised volumes. Measures: {string.Join(", ", All.Select(metric => metric.Key))}.",
            nameof(key)
        );
}
