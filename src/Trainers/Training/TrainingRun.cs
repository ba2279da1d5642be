using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.ML.MedicalSegmentation.Data.Cases;
using Microsoft.ML.MedicalSegmentation.Export;
using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Partitioning;
using Microsoft.ML.MedicalSegmentation.Runtime;
using Microsoft.ML.MedicalSegmentation.Scoring.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>One training from data to model: looks at every case, builds the network, trains it, and writes it as ONNX.</summary>
/// <param name="context">Says which device computes.</param>
/// <param name="options">Valid options.</param>
/// <param name="seed">Decides everything random.</param>
/// <param name="log">Takes lines for users.</param>
/// <param name="warn">Takes what users should look at.</param>
/// <param name="planned">What planned training adds. Default: null, nothing.</param>
internal sealed class TrainingRun(
    MLContext context,
    SegmentationTrainer.Options options,
    int seed,
    Action<string> log,
    Action<string> warn,
    CaseSteps? planned = null)
{
    /// <summary>Trains.</summary>
    /// <exception cref="ArgumentException">The data, the patch and the network do not fit together; found before any training.</exception>
    /// <exception cref="InputDataException">A case cannot be trained with.</exception>
    /// <exception cref="ExecutionEnvironmentException">The device is missing, or its memory does not suffice.</exception>
    /// <exception cref="InvalidOperationException">Training diverged.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public TrainedNetwork Train(IDataView data) => GlibcAllocator.TrimAfter(() => TrainModel(data));

    private TrainedNetwork TrainModel(IDataView data)
    {
        var device =
            options.Partition?.DevicesOr(CPU) is { } devices && options.Partition.Devices.Count > 0
                ? TrainingDevice.Require(devices)
                : TrainingDevice.Choose(context, log);
        CheckNetwork();
        var rows = new TrainingRows(data, "training data", options, planned?.PreviousColumn);
        var classes = new ClassMap(rows.FindClasses(options.Classes, log));
        LeaveOutIgnored(classes);
        CheckLoss(classes);
        var inspector = new CaseInspector("training data", classes);
        using var cases = CaseStore.Load(Prepared(rows, inspector), classes, options.Sampling.MaximumCacheBytes, MaskChannels);
        if (cases.Count == 0)
        {
            throw rows.NoRows();
        }

        RequireForeground(cases, classes);
        using var validation = LoadValidation(classes, inspector, options.Sampling.MaximumCacheBytes - cases.KeptBytes);
        ReportData(cases, validation, inspector);

        using var threads = new ThreadCount(options.Device.Threads);
        using var network = CreateNetwork(inspector.Channels + MaskChannels, OutputsOf(classes));
        network.Precision = ProcessorPrecision.Resolve(options.Device.Precision, device);
        var patch = options.Sampling.PatchSize ?? PatchSize.Around(inspector.Largest, network);
        log($"{network.DescriptionOn(device)}, patches of {patch}, batches of {options.Sampling.BatchSize}, seed {seed}.");

        try
        {
            network.to(device);
            var shape = patch.ToShape(inspector.Channels + MaskChannels);
            if (options.Partition is { } partition)
            {
                PartitionedLoss.Additive(options.LossOrDefault);
                var plan = new PartitionedNetwork(network, partition, device).Plan([
                    options.Sampling.BatchSize,
                    shape.Channels,
                    .. patch.ToSides(network.Options.SpatialDims),
                ]);
                log($"Patches are computed by {plan}.");
            }

            var checkpoint = options.Checkpoint.Open(() =>
                TrainingIdentity.Of(AsUsed(network, patch), classes, cases, validation?.Count ?? 0));
            using var measure = validation is null ? null : new ValidationSet(validation, classes, shape, planned?.Regions);
            var objective = new SegmentationObjective(network, device, options, cases, shape, classes, seed);
            using var loop = new TrainingLoop(network, device, options, objective, measure, seed, log, checkpoint);
            var history = loop.Run();
            return Export(network.to(CPU), options.Export.ScoringPatchSize ?? patch, classes, inspector, history);
        }
        catch (ExternalException fault) when (DeviceMemory.IsExhausted(fault))
        {
            throw DeviceMemory.Exhausted(fault, device, options.Network, patch, options.Sampling, options.Device);
        }
    }

    private int MaskChannels => planned?.MaskChannels ?? 0;

    private int OutputsOf(ClassMap classes) => planned?.Regions?.Count ?? classes.Classes.Count;

    private NetworkOptions NetworkOptions => PatchSize.Given(options.Network, options.Sampling.PatchSize);

    private SegmentationTrainer.Options AsUsed(Network network, PatchSize patch) =>
        options with
        {
            Network = network.Options,
            Seed = seed,
            Device = options.Device with { Precision = network.Precision },
            Sampling = options.Sampling with { PatchSize = patch },
        };

    /// <summary>
    /// Fails for patches that the network does not accept and for weights that it does not have, before any volume is read.
    /// </summary>
    private void CheckNetwork()
    {
        using var network = NetworkOptions.CreateNetwork();
        options.Initialization.Require(network);
        RequireReach(network);
        options.Sampling.PatchSize?.Check(network);
        options.Export.ScoringPatchSize?.Check(network);
    }

    // Found before training, not when the model is made.
    private void RequireReach(Network network)
    {
        const int Usual = 64;
        if (
            options.Scoring.Tiling == ScoringTiling.Exact
            && NetworkReading
                .Of(network, network.SizeRule.Fit([.. Enumerable.Repeat((long)Usual, network.Options.SpatialDims)]))
                .WhyUnbounded
                is { } why
        )
        {
            throw new ArgumentException(
                $"Scoring.Tiling is Exact, and each result of {network.Description} depends on the whole volume, by {why}. Use "
                    + "blended tiles, or a network without it, such as attention-unet."
            );
        }
    }

    private void LeaveOutIgnored(ClassMap classes)
    {
        if (classes.IgnoredIndex is not { } index)
        {
            return;
        }

        var loss = options.LossOrDefault;
        if (loss.IgnoreIndex is { } other && other != index)
        {
            throw new ArgumentException(
                $"Loss.IgnoreIndex is {other}, and the classes name an ignored label, whose index is {index}. Leave IgnoreIndex at "
                    + "null; it is set from the classes."
            );
        }

        options = options with { Loss = loss with { IgnoreIndex = index } };
        log("Voxels of the ignored label have no class; no loss and no metric counts them.");
    }

    private void CheckLoss(ClassMap classes)
    {
        var faults = options.LossOrDefault.Faults(OutputsOf(classes)).ToList();
        if (faults.Count > 0)
        {
            throw new ArgumentException(
                $"{string.Join(" ", faults)} The classes are {string.Join(", ", classes.Classes.Select(c => c.Name))}."
            );
        }
    }

    private static void RequireForeground(CaseStore cases, ClassMap classes)
    {
        if (!cases.HasForeground)
        {
            throw new InputDataException(
                "No label volume of the training data has a voxel of a structure "
                    + $"({string.Join(", ", classes.Classes.Skip(1).Select(c => c.Name))}). Check the label "
                    + "column and the label values of the classes."
            );
        }
    }

    private IEnumerable<(int Row, Volume Image, LabelVolume Labels)> Prepared(TrainingRows rows, CaseInspector inspector)
    {
        foreach (var row in rows.Read())
        {
            inspector.Inspect(row.Row, row.Image, row.Labels);
            var (image, labels) = planned?.Prepare(row) ?? (row.Image, row.Labels);
            yield return (row.Row, image, labels);
        }
    }

    private CaseStore? LoadValidation(ClassMap classes, CaseInspector training, long maximumBytes)
    {
        if (options.Validation.ValidationSet is null)
        {
            return null;
        }

        var rows = new TrainingRows(options.Validation.ValidationSet, "validation set", options, planned?.PreviousColumn);
        var inspector = new CaseInspector("validation set", classes, training.Channels);
        var cases = CaseStore.Load(Prepared(rows, inspector), classes, maximumBytes, MaskChannels);
        return cases.Count > 0 ? cases : throw rows.NoRows();
    }

    private void ReportData(CaseStore cases, CaseStore? validation, CaseInspector inspector)
    {
        log(
            $"{cases.Count} cases to train on{(validation is null ? "" : $", {validation.Count} to validate on")}, up to "
                + $"{inspector.Largest} voxels, spacing {inspector.MedianSpacing()} mm, {cases.KeptBytes / 1048576.0:0.#} MiB in memory."
        );
        if (cases.KeptCount < cases.Count)
        {
            log(
                $"{cases.Count - cases.KeptCount} cases exceed Sampling.MaximumCacheBytes and lie in a temporary file of "
                    + $"{cases.FileBytes / 1048576.0:0.#} MiB."
            );
        }

        foreach (var doubt in inspector.Doubts())
        {
            warn(doubt);
        }
    }

    private Network CreateNetwork(int channels, int classes)
    {
        random.manual_seed(seed);
        var network = NetworkOptions with { InputChannels = channels, Classes = classes };
        return options.Initialization.CreateNetwork(network, log, warn);
    }

    internal static void SaveWeights(Network network, string path)
    {
        if (Path.GetExtension(path).Equals(".safetensors", StringComparison.OrdinalIgnoreCase))
        {
            network.SaveWeights(path);
        }
        else
        {
            AtomicFile.Write(path, stream => network.save(new UndisposedStream(stream)));
        }
    }

    private TrainedNetwork Export(
        Network network,
        PatchSize patch,
        ClassMap classes,
        CaseInspector inspector,
        SegmentationTrainingHistory history
    )
    {
        network.eval();
        if (options.Export.WeightsPath is { } path)
        {
            SaveWeights(network, path);
        }

        var info = planned?.Regions is not null ? null : new SegmentationModelInfo
        {
            Classes = classes.Classes,
            Patch = patch.ToShape(inspector.Channels + MaskChannels),
            SpatialDimensions = network.Options.SpatialDims,
            Network = options.Network.Entry.Key,
            NetworkOptions = NetworkOptionsJson.Write(network.Options),
            Spacing = inspector.MedianSpacing(),
            Orientation = inspector.Orientation,
            Preprocessing = options.Export.Preprocessing,
            Reach = NetworkReading.Of(network, patch.ToSides(network.Options.SpatialDims)).ToReach(),
        };
        using var onnx = new MemoryStream();
        OnnxExport.Write(
            network,
            patch.ToSides(network.Options.SpatialDims),
            info is null ? RegionMetadata(network) : SegmentationModelMetadata.Write(info),
            onnx
        );
        return new(onnx.ToArray(), info, history);
    }

    private IEnumerable<KeyValuePair<string, string>> RegionMetadata(Network network)
    {
        yield return new(
            SegmentationModelMetadata.RegionsKey,
            JsonSerializer.Serialize(
                planned?.Regions?.Regions.Select(region => new
                {
                    value = region.WrittenValue,
                    name = region.Name,
                    labels = region.Values,
                })
            )
        );
        yield return new(SegmentationModelMetadata.NetworkKey, network.Options.Entry.Key);
        yield return new(SegmentationModelMetadata.NetworkOptionsKey, NetworkOptionsJson.Write(network.Options));
        yield return new(SegmentationModelMetadata.PreprocessingKey, options.Export.Preprocessing);
    }
}
