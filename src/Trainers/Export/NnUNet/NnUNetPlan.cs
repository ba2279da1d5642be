using Microsoft.ML.MedicalSegmentation.Planning;
using Microsoft.ML.MedicalSegmentation.Scoring.Planned;

namespace Microsoft.ML.MedicalSegmentation.Export.NnUNet;

/// <summary>Describes a model in nnU-Net's terms: plans and data set.</summary>
internal static class NnUNetPlan
{
    public const string PlansName = "nnUNetPlans";
    private const string DatasetName = "Dataset001_Exported";
    private static readonly IntensityStatistics NoStatistics = new(0, 0, 1, 0, 0, 0, 0);

    /// <summary>The plan of a configuration and of the stages before it.</summary>
    /// <exception cref="NotSupportedException">nnU-Net has no counterpart of the model.</exception>
    public static SegmentationPlan Of(PlannedMember member, IReadOnlyList<UNetOptions> networks)
    {
        var preprocessing = member.Preprocessing;
        var reader = preprocessing.Orientation switch
        {
            null => "SimpleITKIO",
            "RAS" => "NibabelIOWithReorient",
            var other => throw new NotSupportedException(
                $"The model turns images to {other}; nnU-Net's readers take them as they lie or turn them to RAS. Train on volumes "
                    + "in RAS (Transforms.Reorient, or files in RAS)."
            ),
        };
        var backward = preprocessing
            .TransposeForward.Select((axis, i) => (axis, i))
            .OrderBy(pair => pair.axis)
            .Select(pair => pair.i)
            .ToList();
        var stages = Stages(member).Zip(networks, ConfigurationOf).ToList();
        return new()
        {
            Dataset = DatasetName,
            PlansName = PlansName,
            Planner = "ExperimentPlanner",
            Reader = reader,
            MedianSpacing = preprocessing.Spacing.Count == 3 ? preprocessing.Spacing : [1, .. preprocessing.Spacing],
            MedianShape = member.Patch.Count == 3 ? member.Patch : [1, .. member.Patch],
            TransposeForward = preprocessing.TransposeForward,
            TransposeBackward = backward,
            Configurations = stages,
            ForegroundIntensities = [.. preprocessing.Channels.Select(channel => channel.Statistics ?? NoStatistics)],
        };
    }

    /// <summary>The data set's channels and labels.</summary>
    /// <exception cref="NotSupportedException">nnU-Net has no counterpart of the labels.</exception>
    public static PlanningDataset DatasetOf(PlannedEnsemble ensemble)
    {
        if (!ensemble.HasRegions && ensemble.Outputs.Where((output, i) => output.Value != i).Any())
        {
            throw new NotSupportedException(
                $"The model writes the label values {string.Join(", ", ensemble.Outputs.Select(output => output.Value))}; "
                    + "nnU-Net requires classes 0, 1, 2, ... without gaps. Train with such labels."
            );
        }

        var channels = ensemble.Members[0].Preprocessing.Channels;
        return new()
        {
            Name = DatasetName,
            ChannelNames = [.. channels.Select((channel, i) => channel.Scheme == NormalizationScheme.CT ? "CT" : $"channel {i}")],
            Labels = ensemble.HasRegions
                ? RegionsOf(ensemble)
                : [.. ensemble.Outputs.Select(output => new PlanningLabel(output.Value == 0 ? "background" : output.Name, [output.Value]))],
            RegionsClassOrder = ensemble.HasRegions ? [.. ensemble.Outputs.Select(output => output.Value)] : [],
            TrainingCases = 1,
        };
    }

    // nnU-Net takes labels for regions where one of them has several values.
    private static IReadOnlyList<PlanningLabel> RegionsOf(PlannedEnsemble ensemble)
    {
        if (ensemble.RegionLabels is not { } values || values.All(region => region.Distinct().Count() < 2))
        {
            throw new NotSupportedException(
                ensemble.RegionLabels is null
                    ? "The model does not say of which labels its regions consist, as it was written by "
                        + "an earlier version. Train or import it again."
                    : "No region of the model has more than one label, so that nnU-Net would take them for classes. Train with classes."
            );
        }

        return
        [
            new("background", [0]),
            .. ensemble.Outputs.Zip(values, (output, region) => new PlanningLabel(output.Name, region)),
        ];
    }

    /// <summary>A configuration, then the stages before it.</summary>
    public static IEnumerable<PlannedMember> Stages(PlannedMember member) =>
        member.PreviousStage is { } previous ? Stages(previous).Prepend(member) : [member];

    private static PlannedConfiguration ConfigurationOf(PlannedMember member, UNetOptions options) =>
        new()
        {
            Name = member.Name,
            DataIdentifier = $"{PlansName}_{member.Name}",
            BatchSize = 2,
            PatchSize = member.Patch,
            MedianShape = [.. member.Patch.Select(side => (double)side)],
            Spacing = member.Preprocessing.Spacing,
            Normalization =
            [
                .. member.Preprocessing.Channels.Select(channel => new ChannelNormalization(channel.Scheme, channel.WithinNonzero)),
            ],
            ImageResampling = member.Preprocessing.ImageResampling,
            LabelResampling = member.Preprocessing.LabelResampling,
            ProbabilityResampling = member.Preprocessing.ProbabilityResampling,
            Network = NetworkOf(options),
            PreviousStage = member.PreviousStage?.Name,
        };

    private static PlannedNetwork NetworkOf(UNetOptions options)
    {
        var (dims, stages) = (options.SpatialDims, Enumerable.Range(0, options.Stages).ToList());
        int[] Sizes(PerAxis sizes) => Array.ConvertAll(sizes.For(dims), size => (int)size);
        return new()
        {
            SpatialDims = dims,
            IsResidual = options.Form == UNetForm.ResidualEncoder,
            Features = [.. stages.Select(stage => (int)options.Features(stage))],
            Kernels = [.. options.StageTopology.Kernels.Select(Sizes)],
            Strides = [.. options.StageTopology.Strides.Select(Sizes)],
            EncoderBlocks = [.. stages.Select(options.EncoderBlocks)],
            DecoderConvolutions = [.. stages.SkipLast(1).Select(options.DecoderBlocks)],
        };
    }
}
