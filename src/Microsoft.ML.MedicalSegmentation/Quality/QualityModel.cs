using Microsoft.ML.MedicalSegmentation.Numerics;
using Microsoft.ML.MedicalSegmentation.Texts;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Flags scored cases that a person should look at, with a chosen rate of false alarms.</summary>
/// <remarks>
/// Learnt from cases that the network was not trained on and that were segmented as usual. A case's strangeness is the largest distance of
/// its features from their median there, in standard deviations. Its p-value is the share of calibration cases that are as strange
/// (conformal prediction; Vovk et al. 2005, https://doi.org/10.1007/b106715), so a case like those of calibration is flagged with a
/// probability of at most <see cref="FalseAlarms"/>. No truth is needed. It finds what is unusual, not every error: a wrong segmentation
/// that looks usual passes.
/// </remarks>
public sealed record QualityModel
{
    /// <summary>The members with their values, lists with their items.</summary>
    public override string ToString() => RecordText.Of(this);

    // The standard deviation of a normal distribution over its mean absolute deviation.
    private const double ToDeviation = 1.2533;

    /// <summary>Names of the features.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>Median of each feature.</summary>
    public required IReadOnlyList<double> Medians { get; init; }

    /// <summary>
    /// Standard deviation of each feature, as 1.2533 times the mean absolute deviation from the median, not below a twentieth of the
    /// median.
    /// </summary>
    public required IReadOnlyList<double> Deviations { get; init; }

    /// <summary>Median and standard deviation of the mean doubt; null if calibration had none.</summary>
    public double[]? Doubt { get; init; }

    /// <summary>Strangeness of the calibration cases, ascending, each by the others.</summary>
    public required IReadOnlyList<double> Strangeness { get; init; }

    /// <summary>The same without doubt.</summary>
    public required IReadOnlyList<double> StrangenessWithoutDoubt { get; init; }

    /// <summary>Share of usual cases that may be flagged, above 0 and below 1. Default: 0.1.</summary>
    public double FalseAlarms { get; init; } = 0.1;

    /// <summary>The smallest number of calibration cases.</summary>
    public const int LeastCases = 5;

    /// <summary>Learns from cases that were segmented as usual.</summary>
    /// <param name="cases">Features of cases that the network was not trained on.</param>
    /// <exception cref="ArgumentException">There are fewer than <see cref="LeastCases"/>, or their features differ in number.</exception>
    public static QualityModel Fit(IEnumerable<QualityFeatures> cases)
    {
        ArgumentNullException.ThrowIfNull(cases);
        List<QualityFeatures> all = [.. cases];
        if (all.Count < LeastCases || all.Any(one => !one.Names.SequenceEqual(all[0].Names)))
        {
            throw new ArgumentException(
                $"There are {all.Count} cases; a quality flag needs at least {LeastCases}, all of one model.",
                nameof(cases)
            );
        }

        // Each case is judged by the others, as a new one will be.
        var whole = Describe(all);
        List<(double With, double Without)> strangeness = [.. all.Select((one, i) =>
        {
            var others = Describe([.. all.Where((_, other) => other != i)]);
            return (others.Measure(one, withDoubt: true).Value, others.Measure(one, withDoubt: false).Value);
        })];
        return whole with
        {
            Strangeness = [.. strangeness.Select(pair => pair.With).Order()],
            StrangenessWithoutDoubt = [.. strangeness.Select(pair => pair.Without).Order()],
        };
    }

    /// <summary>Judges a case; doubt counts if both calibration and case have it.</summary>
    /// <exception cref="ArgumentException">The features are not those of calibration.</exception>
    public QualityFlag Check(QualityFeatures one)
    {
        ArgumentNullException.ThrowIfNull(one);
        if (!one.Names.SequenceEqual(Names))
        {
            throw new ArgumentException(
                "The features are not those that the quality flag was calibrated with. Measure them with the classes of the model.",
                nameof(one)
            );
        }

        var withDoubt = one.MeanDoubt is not null && Doubt is not null;
        var (value, name) = Measure(one, withDoubt);
        var calibration = withDoubt ? Strangeness : StrangenessWithoutDoubt;
        var p = (1.0 + calibration.Count(other => other >= value)) / (calibration.Count + 1);

        // Few calibration cases cannot give a small p-value; then the strangest of them is the limit.
        return new(p <= Math.Max(FalseAlarms, 1.0 / (calibration.Count + 1)), p, value, name);
    }

    private static QualityModel Describe(List<QualityFeatures> cases)
    {
        var features = Enumerable.Range(0, cases[0].Values.Count).Select(i => Spread([.. cases.Select(one => one.Values[i])])).ToList();
        return new()
        {
            Names = cases[0].Names,
            Medians = [.. features.Select(feature => feature.Median)],
            Deviations = [.. features.Select(feature => feature.Deviation)],
            Doubt = cases.All(one => one.MeanDoubt is not null)
                ? Spread([.. cases.Select(one => one.MeanDoubt ?? 0)]) is var doubt ? [doubt.Median, doubt.Deviation] : null
                : null,
            Strangeness = [],
            StrangenessWithoutDoubt = [],
        };
    }

    private static (double Median, double Deviation) Spread(double[] values)
    {
        Array.Sort(values);
        var median = SortedValues.Percentile(values, [], 50);
        var deviation = ToDeviation * values.Average(value => Math.Abs(value - median));
        return (median, Math.Max(deviation, Math.Max(0.05 * Math.Abs(median), 1e-3)));
    }

    private (double Value, string Name) Measure(QualityFeatures one, bool withDoubt)
    {
        var (worst, name) = (0.0, Names[0]);
        for (var i = 0; i < Names.Count; i++)
        {
            var distance = Math.Abs(one.Values[i] - Medians[i]) / Deviations[i];
            if (!(distance <= worst))
            {
                (worst, name) = (double.IsNaN(distance) ? double.MaxValue : distance, Names[i]);
            }
        }

        // Less doubt than usual is no reason to look.
        if (
            withDoubt
            && one.MeanDoubt is { } doubt
            && Doubt is [var median, var deviation]
            && (doubt - median) / deviation is var more
            && more > worst
        )
        {
            return (more, "doubt");
        }

        return (worst, name);
    }
}

/// <summary>Whether a person should look at a case.</summary>
/// <param name="LookAtIt">True if the case is stranger than nearly all of calibration.</param>
/// <param name="PValue">Share of calibration cases that are as strange, the case itself included.</param>
/// <param name="Strangeness">Distance of the strangest feature from its median, in standard deviations.</param>
/// <param name="Feature">The strangest feature.</param>
public sealed record QualityFlag(bool LookAtIt, double PValue, double Strangeness, string Feature);
