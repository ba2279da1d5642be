using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.Planning;

namespace Microsoft.ML.MedicalSegmentation.Preprocessing;

/// <summary>Everything that is done to an image before a planned network sees it, and to its output afterwards.</summary>
/// <remarks>
/// In this order, as nnU-Net 2 does it (Isensee et al. 2021, https://doi.org/10.1038/s41592-020-01008-z): axes are put in the plan's order,
/// the image is cropped to the box of what is not 0 in some channel, each channel is normalised, and the image is resampled. One definition
/// serves training and scoring; model files carry it.
/// </remarks>
public sealed record PlannedPreprocessing
{
    /// <summary>Orientation code, such as "RAS", that volumes are turned to first; null if they are taken as they lie in memory.</summary>
    public string? Orientation { get; init; }

    /// <summary>The array axis (0 depth, 1 height, 2 width) that becomes each axis of the network's input.</summary>
    public IReadOnlyList<int> TransposeForward { get; init; } = [0, 1, 2];

    /// <summary>
    /// Voxel spacing of the network's input, mm along its axes; two for a 2D network, whose slices keep their own distance.
    /// </summary>
    public required IReadOnlyList<double> Spacing { get; init; }

    /// <summary>How each channel is normalised.</summary>
    public required IReadOnlyList<PlannedChannel> Channels { get; init; }

    /// <summary>How images come to that spacing.</summary>
    public PlannedResampling ImageResampling { get; init; } = PlannedResampling.Image;

    /// <summary>How labels come to that spacing.</summary>
    public PlannedResampling LabelResampling { get; init; } = PlannedResampling.Labels;

    /// <summary>How logits return to the spacing of the image.</summary>
    public PlannedResampling ProbabilityResampling { get; init; } = PlannedResampling.Probabilities;

    /// <summary>What a configuration of a plan does.</summary>
    /// <exception cref="ArgumentException">The plan has no such configuration.</exception>
    public static PlannedPreprocessing Of(SegmentationPlan plan, string configuration)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var planned = plan.Configuration(configuration);
        return new()
        {
            Orientation = plan.Reader.EndsWith("WithReorient", StringComparison.Ordinal) ? "RAS" : null,
            TransposeForward = plan.TransposeForward,
            Spacing = planned.Spacing,
            Channels = [.. planned.Normalization.Select((channel, i) => new PlannedChannel(
                channel.Scheme, channel.WithinNonzero, channel.Scheme == NormalizationScheme.CT ? plan.ForegroundIntensities[i] : null))],
            ImageResampling = planned.ImageResampling,
            LabelResampling = planned.LabelResampling,
            ProbabilityResampling = planned.ProbabilityResampling,
        };
    }

    /// <summary>Fails for a definition that cannot be followed.</summary>
    /// <exception cref="ArgumentException">Names every fault.</exception>
    public void Validate()
    {
        var faults = new OptionFaults();
        faults.Add(
            Orientation is not null && !MedicalSegmentation.Orientation.IsCode(Orientation),
            $"{nameof(Orientation)} is '{Orientation}'; use three letters, one of R/L, one of A/P, one of S/I, such as RAS.");
        faults.Add(
            TransposeForward.Count != 3 || !TransposeForward.Order().SequenceEqual([0, 1, 2]),
            $"{nameof(TransposeForward)} is [{string.Join(", ", TransposeForward)}]; give 0, 1 and 2 in some order.");
        faults.Add(
            Spacing.Count is not (2 or 3) || Spacing.Any(step => !(step is > 0 and < 1e6)),
            $"{nameof(Spacing)} is [{string.Join(", ", Spacing)}]; give two or three numbers above 0, in mm.");
        faults.Add(Channels.Count is < 1 or > 1024, $"{nameof(Channels)} has {Channels.Count} entries; give 1 to 1,024.");
        foreach (var (i, channel) in Channels.Index())
        {
            faults.Add(
                !Enum.IsDefined(channel.Scheme),
                $"Channel {i} is normalised by {channel.Scheme}; use {string.Join(", ", Enum.GetNames<NormalizationScheme>())}."
            );
            faults.Add(
                channel.Scheme == NormalizationScheme.CT && channel.Statistics is null,
                $"Channel {i} is normalised by {nameof(NormalizationScheme.CT)} and has no statistics; give those of the data set.");
        }

        foreach (var how in new[] { ImageResampling, LabelResampling, ProbabilityResampling })
        {
            faults.Add(
                how.Order is not (0 or 1 or 3) || how.OrderZ is not (0 or 1),
                $"Resampling has the orders {how.Order} and {how.OrderZ}; use 0, 1 or 3, and 0 or 1 along z."
            );
        }

        faults.Add(
            LabelResampling.Order > 1 || ProbabilityResampling.Order > 1,
            $"Labels and probabilities are resampled with the orders {LabelResampling.Order} and {ProbabilityResampling.Order}; use 0 or 1."
        );
        faults.ThrowIfAny("preprocessing");
    }

    /// <summary>The definition in one sentence, for people.</summary>
    public override string ToString()
    {
        var channels = Channels.Select(channel => channel.Scheme + (channel.WithinNonzero ? " of nonzero voxels" : ""));
        return $"crop to nonzero, {string.Join(", ", channels)}, {string.Join(" x ", Spacing.Select(step => $"{step:0.####}"))} mm along "
            + $"axes {string.Join(", ", TransposeForward)}";
    }
}
