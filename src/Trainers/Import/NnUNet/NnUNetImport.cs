using System.Text.Json;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Planning;
using Microsoft.ML.MedicalSegmentation.Preprocessing;
using Microsoft.ML.MedicalSegmentation.Scoring.Models;
using Microsoft.ML.MedicalSegmentation.Scoring.Planned;

namespace Microsoft.ML.MedicalSegmentation.Import.NnUNet;

/// <summary>Brings models of nnU-Net 2 over.</summary>
internal static class NnUNetImport
{
    /// <summary>Reads model folders; several make an ensemble, whose probabilities are averaged.</summary>
    /// <returns>What is predicted, and the networks in the order in which it needs them.</returns>
    public static (PlannedEnsemble Ensemble, IReadOnlyList<byte[]> Networks) Read(
        IReadOnlyList<string> folders,
        NnUNetImportOptions options
    )
    {
        options.Validate();
        if (folders.Count == 0)
        {
            throw new ArgumentException("No model folder is given; give at least one.", nameof(folders));
        }

        var networks = new List<byte[]>();
        var members = new List<PlannedMember>();
        IReadOnlyList<PlannedOutput>? outputs = null;
        var hasRegions = false;
        IReadOnlyList<IReadOnlyList<int>>? regionLabels = null;
        IReadOnlyList<int> foreground = [];
        foreach (var path in folders)
        {
            var folder = new NnUNetFolder(path, options.CheckpointName);
            var dataset = PlanningDataset.LoadNnUNet(folder.Dataset);
            var own = OutputsOf(dataset, folder.Dataset);
            if (outputs is not null && (!own.SequenceEqual(outputs) || hasRegions != dataset.HasRegions))
            {
                throw new InputDataException(
                    $"The models '{folders[0]}' and '{path}' have other labels. Make an ensemble of models of one data set."
                );
            }

            (outputs, hasRegions, foreground) = (own, dataset.HasRegions, dataset.ForegroundValues);
            regionLabels = hasRegions ? [.. dataset.Regions.Select(region => region.Values)] : null;
            members.Add(ReadMember(folder, dataset, options.Folds, options.Mirroring, options, networks));
        }

        PlannedEnsemble ensemble = new()
        {
            Outputs = outputs ?? [],
            HasRegions = hasRegions,
            RegionLabels = regionLabels,
            Members = members,
            PostProcessing = options.PostProcessingPath is { } file ? NnUNetPostProcessing.Read(file, foreground) : null,
            Origin = $"nnU-Net: {string.Join(", ", folders.Select(path => new NnUNetFolder(path, options.CheckpointName).Name))}",
        };
        try
        {
            ensemble.Validate();
        }
        catch (ArgumentException fault)
        {
            throw new InputDataException($"The model cannot be run. {fault.Message}", fault);
        }

        return (ensemble, networks);
    }

    private static PlannedMember ReadMember(
        NnUNetFolder folder,
        PlanningDataset dataset,
        IReadOnlyList<string> folds,
        bool mirroring,
        NnUNetImportOptions options,
        List<byte[]> networks
    )
    {
        var plan = SegmentationPlan.Load(folder.Plans);
        var paths = folder.Checkpoints(folds);

        // The first fold decides for all, as in nnU-Net.
        var first = NnUNetCheckpoint.Read(paths[0]);
        if (plan.Configurations.All(one => one.Name != first.Configuration))
        {
            throw new InputDataException(
                $"{paths[0]} was trained in the configuration '{first.Configuration}', which {folder.Plans} lacks. Give the "
                    + "plans.json that it was trained with."
            );
        }

        var configuration = plan.Configuration(first.Configuration);
        var previousLabels = configuration.PreviousStage is null ? [] : dataset.ForegroundValues;
        if (configuration.PreviousStage is not null && dataset.HasRegions)
        {
            throw new NotSupportedException(
                $"The model '{folder.Name}' is a cascade over regions, which is not supported. "
                    + "Import its full-resolution configuration alone."
            );
        }

        if (configuration.Normalization.Count != dataset.ChannelNames.Count)
        {
            throw new InputDataException(
                $"{folder.Plans} normalises {configuration.Normalization.Count} channels and {folder.Dataset} names "
                    + $"{dataset.ChannelNames.Count}. Give the files that belong together."
            );
        }

        var preprocessing = PlannedPreprocessing.Of(plan, configuration.Name);
        var network = NnUNetNetwork.OptionsOf(
            configuration,
            configuration.Normalization.Count + previousLabels.Count,
            dataset.OutputChannels
        );
        var metadata = new Dictionary<string, string>
        {
            ["medseg.origin"] = $"nnU-Net {folder.Name}",
            [SegmentationModelMetadata.PreprocessingKey] = JsonSerializer.Serialize(preprocessing),
            [SegmentationModelMetadata.NetworkKey] = network.Entry.Key,
            [SegmentationModelMetadata.NetworkOptionsKey] = NetworkOptionsJson.Write(network),
        };
        foreach (var (i, path) in paths.Index())
        {
            var checkpoint = i == 0 ? first : NnUNetCheckpoint.Read(path);
            networks.Add(NnUNetNetwork.ToOnnx(network, checkpoint.Weights, configuration.PatchSize, metadata));
        }

        return new()
        {
            Name = configuration.Name,
            Preprocessing = preprocessing,
            Patch = configuration.PatchSize,
            OutputChannels = dataset.OutputChannels,
            Networks = paths.Count,
            MirrorAxes = mirroring ? first.MirrorAxes : [],
            PreviousStage = configuration.PreviousStage is { } previous ? ReadPrevious(folder, previous, dataset, options, networks) : null,
            PreviousLabels = previousLabels,
        };
    }

    private static PlannedMember ReadPrevious(
        NnUNetFolder folder, string configuration, PlanningDataset dataset, NnUNetImportOptions options, List<byte[]> networks)
    {
        var previous = new NnUNetFolder(options.PreviousStageFolder ?? folder.Beside(configuration), options.CheckpointName);
        return ReadMember(previous, dataset, [], options.PreviousStageMirroring, options with { PreviousStageFolder = null }, networks);
    }

    private static IReadOnlyList<PlannedOutput> OutputsOf(PlanningDataset dataset, string path)
    {
        if (dataset.HasRegions)
        {
            return [.. dataset.Regions.Zip(dataset.RegionsClassOrder, (region, value) => new PlannedOutput(region.Name, value))];
        }

        var classes = dataset
            .Labels.Where(label => label.Name != PlanningDataset.IgnoreName)
            .DistinctBy(label => label.Values[0])
            .OrderBy(label => label.Values[0])
            .ToList();
        return classes.Select(label => label.Values[0]).SequenceEqual(Enumerable.Range(0, classes.Count))
            ? [.. classes.Select(label => new PlannedOutput(label.Name, label.Values[0]))]
            : throw new InputDataException(
                $"{path} has the label values {string.Join(", ", classes.Select(label => label.Values[0]))}"
                    + "; they must be 0, 1, 2, ... without gaps."
            );
    }
}
