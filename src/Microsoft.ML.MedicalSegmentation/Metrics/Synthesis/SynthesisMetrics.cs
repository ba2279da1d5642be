using System.Globalization;
using System.Text;
using Microsoft.ML.MedicalSegmentation.Metrics.Synthesis;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>
/// How far synthesised volumes lie from their targets, by case: peak signal-to-noise ratio, structural similarity, absolute and squared
/// errors.
/// </summary>
/// <remarks>
/// Errors are taken per case, over the whole volume and, where there is a mask, within it; means are over cases, never over pooled voxels.
/// </remarks>
public sealed class SynthesisMetrics
{
    private const int Seed = 0;

    internal SynthesisMetrics(IReadOnlyList<SynthesisCaseMetrics> cases, bool hasMask) => (Cases, HasMask) = (cases, hasMask);

    /// <summary>Errors by case, in the order of the rows.</summary>
    public IReadOnlyList<SynthesisCaseMetrics> Cases { get; }

    /// <summary>True where errors within a mask were measured too.</summary>
    public bool HasMask { get; }

    /// <summary>Cases that have no synthesised volume; they are in no mean.</summary>
    public IReadOnlyList<string> MissingCases { get; private init; } = [];

    /// <summary>Keys of what is measured: psnr, ssim, ssim-box, nmae, mse.</summary>
    public static IReadOnlyList<string> Keys { get; } = [.. SynthesisMetricList.All.Select(metric => metric.Key)];

    /// <summary>The same with cases that have no synthesised volume.</summary>
    /// <param name="names">Their names.</param>
    public SynthesisMetrics WithMissingCases(IReadOnlyList<string> names) => new(Cases, HasMask) { MissingCases = [.. names] };

    /// <summary>A measure over the cases: mean with 95 % interval by the bootstrap, deviation, median, n.</summary>
    /// <param name="key">One of <see cref="Keys"/>.</param>
    /// <param name="inMask">True for errors within the mask; cases without a voxel in it are excluded.</param>
    /// <exception cref="ArgumentException">There is no such measure.</exception>
    /// <exception cref="InvalidOperationException">There was no mask.</exception>
    public MetricSummary Summarize(string key, bool inMask = false)
    {
        var metric = SynthesisMetricList.Find(key);
        return inMask && !HasMask
            ? throw new InvalidOperationException("There was no mask. Name the column of masks where the volumes are evaluated.")
            : MetricSummary.Of(
                [.. Cases.Select(one => (inMask ? one.Mask : one.Whole) is { } errors ? metric.Of(errors) : double.NaN)],
                Seed
            );
    }

    /// <summary>
    /// CSV: one row for each case and region, one column for each measure; cases without a synthesised volume have empty cells.
    /// </summary>
    public string ToCsv() => SynthesisTables.ToCsv(this);

    /// <summary>
    /// JSON: means with intervals, whole and within the mask, missing cases, and every case's values; NaN and infinity as text.
    /// </summary>
    public string ToJson() => SynthesisTables.ToJson(this);

    /// <summary>A table: a row per measure with mean, interval and number of cases.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var metric in SynthesisMetricList.All)
        {
            text.Append(CultureInfo.InvariantCulture, $"{metric.Name,-10}  {Summarize(metric.Key)}");
            text.AppendLine(HasMask ? $"  in the mask {Summarize(metric.Key, inMask: true)}" : "");
        }

        return text.Append("Means over cases with 95 % bootstrap intervals.").ToString();
    }
}
