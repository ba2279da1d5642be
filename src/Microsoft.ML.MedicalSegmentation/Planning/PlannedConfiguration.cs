using Microsoft.ML.MedicalSegmentation.Texts;

namespace Microsoft.ML.MedicalSegmentation.Planning;

/// <summary>One way to train: a resolution, a patch, a network and a batch.</summary>
/// <remarks>
/// Axes are in the plan's order, after <see cref="SegmentationPlan.TransposeForward"/>; a 2D configuration has the last two.
/// </remarks>
public sealed record PlannedConfiguration
{
    /// <summary>"2d", "3d_fullres", "3d_lowres", "3d_cascade_fullres", or another name.</summary>
    public required string Name { get; init; }

    /// <summary>nnU-Net's name of the folder of preprocessed data.</summary>
    public required string DataIdentifier { get; init; }

    /// <summary>Samples of a training step.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Voxels of a sample along each axis.</summary>
    public required IReadOnlyList<int> PatchSize { get; init; }

    /// <summary>Median size of the cases at this spacing, voxels along each axis; may end in .5.</summary>
    public required IReadOnlyList<double> MedianShape { get; init; }

    /// <summary>Voxel spacing, mm along each axis.</summary>
    public required IReadOnlyList<double> Spacing { get; init; }

    /// <summary>How each channel is normalised.</summary>
    public required IReadOnlyList<ChannelNormalization> Normalization { get; init; }

    /// <summary>How images come to this spacing.</summary>
    public PlannedResampling ImageResampling { get; init; } = PlannedResampling.Image;

    /// <summary>How labels come to this spacing.</summary>
    public PlannedResampling LabelResampling { get; init; } = PlannedResampling.Labels;

    /// <summary>How logits return to the spacing of the case.</summary>
    public PlannedResampling ProbabilityResampling { get; init; } = PlannedResampling.Probabilities;

    /// <summary>The network.</summary>
    public required PlannedNetwork Network { get; init; }

    /// <summary>Whether the Dice loss is of the whole batch instead of the mean over its samples.</summary>
    public bool BatchDice { get; init; }

    /// <summary>The configuration that this one takes its numbers from; null if it has its own.</summary>
    public string? InheritsFrom { get; init; }

    /// <summary>The configuration whose labels this one takes as further input channels; null without a cascade.</summary>
    public string? PreviousStage { get; init; }

    /// <summary>The configuration that takes the labels of this one as input; null without a cascade.</summary>
    public string? NextStage { get; init; }

    /// <summary>The members with their values, lists with their items.</summary>
    public override string ToString() => RecordText.Of(this);
}
