using Microsoft.ML.MedicalSegmentation.Preprocessing;
using Microsoft.ML.MedicalSegmentation.Texts;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Planned;

/// <summary>The networks of one configuration of a plan, and how they are run.</summary>
/// <remarks>Axes are those of the network's input, after <see cref="PlannedPreprocessing.TransposeForward"/>.</remarks>
public sealed record PlannedMember
{
    /// <summary>Name of the configuration, such as "3d_fullres".</summary>
    public required string Name { get; init; }

    /// <summary>What is done to an image before the networks see it.</summary>
    public required PlannedPreprocessing Preprocessing { get; init; }

    /// <summary>Voxels of a tile along each axis; two for 2D networks.</summary>
    public required IReadOnlyList<int> Patch { get; init; }

    /// <summary>Channels of the networks' output.</summary>
    public required int OutputChannels { get; init; }

    /// <summary>Number of networks, trained on different folds; their logits are averaged.</summary>
    public required int Networks { get; init; }

    /// <summary>Axes along which tiles are mirrored, in all combinations; the logits are averaged. Empty for none.</summary>
    public IReadOnlyList<int> MirrorAxes { get; init; } = [];

    /// <summary>How far neighbouring tiles overlap, as a fraction of the patch.</summary>
    /// <value>0 to 0.9. Default: 0.5.</value>
    public double Overlap { get; init; } = 0.5;

    /// <summary>The configuration whose labels are further input channels; null without a cascade.</summary>
    public PlannedMember? PreviousStage { get; init; }

    /// <summary>Label values of the previous stage, one input channel each.</summary>
    public IReadOnlyList<int> PreviousLabels { get; init; } = [];

    /// <summary>The members with their values, lists with their items.</summary>
    public override string ToString() => RecordText.Of(this);

    /// <summary>True for networks that see single slices.</summary>
    internal bool IsFlat => Patch.Count == 2;

    /// <summary>Size of the networks' input: channels, depth, height, width.</summary>
    internal VolumeShape InputShape => new(
        Preprocessing.Channels.Count + PreviousLabels.Count, IsFlat ? 1 : Patch[0], Patch[^2], Patch[^1]);

    /// <summary>Networks of this configuration and of the stages before it.</summary>
    internal int AllNetworks => Networks + (PreviousStage?.AllNetworks ?? 0);

    /// <summary>What is impossible, as sentences.</summary>
    internal IEnumerable<string> Faults()
    {
        var dims = Patch.Count;
        if (dims is not (2 or 3) || Preprocessing.Spacing.Count != dims || Patch.Any(side => side is < 1 or > 16_384))
        {
            yield return $"{Name}: the patch is [{string.Join(", ", Patch)}] and the spacing [{string.Join(", ", Preprocessing.Spacing)}]; "
                + "give two or three numbers above 0 of each.";
            yield break;
        }

        if (
            InputShape.Channels * (double)Patch.Aggregate(1.0, (product, side) => product * side) * Math.Max(1, OutputChannels)
            > VolumeShape.MaximumCount
        )
        {
            yield return $"{Name}: a patch of [{string.Join(", ", Patch)}] voxels with {InputShape.Channels} input and "
                + $"{OutputChannels} output channels is too large.";
        }

        if (OutputChannels is < 1 or > 4096 || Networks is < 1 or > 256)
        {
            yield return $"{Name}: there are {OutputChannels} output channels and {Networks} "
                + "networks; there must be 1 to 4,096 and 1 to 256.";
        }

        if (MirrorAxes.Distinct().Count() != MirrorAxes.Count || MirrorAxes.Any(axis => axis < 0 || axis >= dims))
        {
            yield return $"{Name}: tiles are mirrored along the axes [{string.Join(", ", MirrorAxes)}]; "
                + $"give each of 0 to {dims - 1} at most once.";
        }

        if (!(Overlap is >= 0 and <= 0.9))
        {
            yield return $"{Name}: the overlap is {Overlap}; it must be 0 to 0.9.";
        }

        if (PreviousStage is null ? PreviousLabels.Count > 0 : PreviousLabels.Count == 0 || PreviousLabels.Any(label => label < 1))
        {
            yield return $"{Name}: labels [{string.Join(", ", PreviousLabels)}] of a previous stage are taken; give "
                + "all above 0 with a cascade, and none without.";
        }

        foreach (var fault in PreviousStage?.Faults() ?? [])
        {
            yield return fault;
        }
    }
}
