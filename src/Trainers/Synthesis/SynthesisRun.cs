using System.Runtime.InteropServices;
using Microsoft.ML.MedicalSegmentation.Data.Cases;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Runtime;
using Microsoft.ML.MedicalSegmentation.Scoring.Models;
using Microsoft.ML.MedicalSegmentation.Training;
using Microsoft.ML.MedicalSegmentation.Weights;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Synthesis;

/// <summary>
/// One training from pairs to a generator: looks at every pair, builds the networks, trains them, and writes the generator as ONNX.
/// </summary>
/// <param name="context">Says which device computes.</param>
/// <param name="options">Valid options.</param>
/// <param name="seed">Decides everything random.</param>
/// <param name="log">Takes lines for users.</param>
/// <param name="warn">Takes what users should look at.</param>
internal sealed class SynthesisRun(MLContext context, SynthesisTrainer.Options options, int seed, Action<string> log, Action<string> warn)
{
    private readonly TargetStatistics _statistics = new();

    /// <summary>Trains.</summary>
    /// <exception cref="ArgumentException">The data, the patch and the network do not fit together; found before any training.</exception>
    /// <exception cref="InvalidOperationException">The device is missing or its memory does not suffice, or training diverged.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public (SynthesisModel Model, SynthesisTrainingHistory History) Train(IDataView data)
    {
        try
        {
            return TrainModel(data);
        }
        finally
        {
            GlibcAllocator.Trim();
        }
    }

    private (SynthesisModel Model, SynthesisTrainingHistory History) TrainModel(IDataView data)
    {
        var device = TrainingDevice.Choose(context, log);
        CheckNetwork();
        var rows = new PairedRows(data, "training data", options);
        var inspector = new CaseInspector("training data", PairedCase.Classes);
        using var cases = Load(rows, inspector, options.Sampling.MaximumCacheBytes, _statistics);
        var targets = _statistics.ToChannels(rows.TargetNames, options.Output);
        using var validationCases = LoadValidation(inspector, options.Sampling.MaximumCacheBytes - cases.KeptBytes);
        ReportData(cases, validationCases, inspector);

        using var threads = new ThreadCount(options.Device.Threads);
        random.manual_seed(seed);
        var generator = CreateGenerator(inspector.Channels, targets.Count);
        using var networks = new SynthesisNetworks(generator, options, ProcessorPrecision.Resolve(options.Device.Precision, device));
        var patch = options.Sampling.PatchSize ?? PatchSize.Around(inspector.Largest, generator);
        log(
            $"{generator.Description} with {generator.parameters().Sum(p => p.numel()):N0} weights on {device} in {generator.Precision}, patches of {patch}, batches of {options.Sampling.BatchSize}, seed {seed}."
        );

        try
        {
            networks.To(device);
            var shape = patch.ToShape(inspector.Channels);
            var checkpoint = options.Checkpoint.Path is { } path
                ? new TrainingCheckpoint(
                    path,
                    options.Checkpoint.Interval,
                    SynthesisIdentity.Of(AsUsed(generator, patch), targets, cases, validationCases?.Count ?? 0)
                )
                : null;
            using var validation = validationCases is null ? null : new SynthesisValidation(validationCases, shape, targets);
            using var loop = new SynthesisLoop(
                networks,
                device,
                options,
                cases,
                shape.WithChannels(shape.Channels + targets.Count),
                targets,
                validation,
                seed,
                log,
                checkpoint
            );
            var history = loop.Run();
            networks.To(CPU);
            return (Export(networks, options.Export.ScoringPatchSize ?? patch, targets, inspector), history);
        }
        catch (ExternalException fault) when (DeviceMemory.IsExhausted(fault))
        {
            throw DeviceMemory.Exhausted(
                fault, device, patch, new() { Network = options.Network, Device = options.Device, Sampling = options.Sampling });
        }
    }

    // A network whose weights depend on the patch is built for the trainer's, unless its options name another.
    private NetworkOptions NetworkOptions => options.Network.PatchSize is null && options.Sampling.PatchSize is { } patch
        ? options.Network with { PatchSize = [.. patch.ToSides(options.Network.SpatialDims).Select(side => (int)side)] }
        : options.Network;

    private SynthesisTrainer.Options AsUsed(Network generator, PatchSize patch) => options with
    {
        Network = generator.Options,
        Seed = seed,
        Device = options.Device with { Precision = generator.Precision },
        Sampling = options.Sampling with { PatchSize = patch },
    };

    /// <summary>
    /// Fails for patches that the network does not accept and for weights that it does not have, before any volume is read.
    /// </summary>
    private void CheckNetwork()
    {
        using var network = NetworkOptions.CreateNetwork();
        var faults = FrozenWeights
            .Faults(network, options.Initialization.FreezePatterns)
            .Concat(WeightLoader.Faults(network, options.Initialization.Loading))
            .ToList();
        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join(" ", faults));
        }

        options.Sampling.PatchSize?.Check(network);
        options.Export.ScoringPatchSize?.Check(network);
    }

    private CaseStore Load(PairedRows rows, CaseInspector inspector, long maximumBytes, TargetStatistics? statistics)
    {
        var cases = CaseStore.Load(Prepared(rows, inspector, statistics), PairedCase.Classes, Math.Max(0, maximumBytes));
        if (cases.Count == 0)
        {
            cases.Dispose();
            throw rows.NoRows();
        }

        return cases;
    }

    private IEnumerable<(int Row, Volume Image, LabelVolume Labels)> Prepared(
        PairedRows rows,
        CaseInspector inspector,
        TargetStatistics? statistics
    )
    {
        foreach (var row in rows.Read())
        {
            var (image, labels) = PairedCase.Of(row);
            inspector.Inspect(row.Row, row.Source, labels);
            RequireTarget(row);
            statistics?.Add(image.ToSingle().Voxels[(int)row.Source.Shape.Count..], row.Target.Shape.Channels);
            yield return (row.Row, image, labels);
        }
    }

    private void RequireTarget(PairedRow row)
    {
        if (_statistics.Channels is { } channels && channels != row.Target.Shape.Channels)
        {
            throw new InputDataException(
                $"Row {row.Row}: the target has {row.Target.Shape.Channels} channels, the others have {channels}. Load the same channels, in the same order, for every case."
            );
        }

        try
        {
            FiniteInput.Require(row.Target);
        }
        catch (InputDataException fault)
        {
            throw new InputDataException($"Row {row.Row}: the target cannot be learnt. {fault.Message}", fault);
        }
    }

    private CaseStore? LoadValidation(CaseInspector training, long maximumBytes) =>
        options.Validation.ValidationSet is { } set
            ? Load(
                new PairedRows(set, "validation set", options),
                new CaseInspector("validation set", PairedCase.Classes, training.Channels),
                maximumBytes,
                statistics: null
            )
            : null;

    private void ReportData(CaseStore cases, CaseStore? validation, CaseInspector inspector)
    {
        log(
            $"{cases.Count} pairs to train on{(validation is null ? "" : $", {validation.Count} to validate on")}, up to {inspector.Largest} voxels, spacing {inspector.MedianSpacing()} mm, "
                + $"{cases.KeptBytes / 1048576.0:0.#} MiB in memory, {cases.FileBytes / 1048576.0:0.#} MiB in a temporary file."
        );
        if (inspector.Orientations.Count > 1)
        {
            warn(
                $"The sources have several orientations ({string.Join(", ", inspector.Orientations.Order())}). Put a reorientation to one code before the trainer, unless this is meant."
            );
        }

        foreach (var fault in inspector.MixedSpacings())
        {
            warn(fault);
        }
    }

    private Network CreateGenerator(int channels, int targets)
    {
        var network = (NetworkOptions with { InputChannels = channels, Classes = targets }).CreateNetwork();
        if (options.Initialization.WeightsPath is { } path)
        {
            try
            {
                log(network.LoadWeights(path, options.Initialization.Loading).ToString());
            }
            catch
            {
                network.Dispose();
                throw;
            }
        }

        return network;
    }

    private SynthesisModel Export(
        SynthesisNetworks networks,
        PatchSize patch,
        IReadOnlyList<SynthesisChannel> targets,
        CaseInspector inspector
    )
    {
        var generator = networks.Generator;
        generator.eval();
        if (options.Export.WeightsPath is { } path)
        {
            TrainingRun.SaveWeights(generator, path);
        }

        var info = new SynthesisModelInfo
        {
            Targets = targets,
            HasDifficulty = options.DifficultyColumnName is not null,
            Patch = patch.ToShape(inspector.Channels),
            SpatialDimensions = generator.Options.SpatialDims,
            Network = options.Network.Entry.Key,
            NetworkOptions = NetworkOptionsJson.Write(generator.Options),
            Spacing = inspector.MedianSpacing(),
            Orientation = inspector.Orientations.Count == 1 ? inspector.Orientations.Single() : null,
            Preprocessing = options.Export.Preprocessing,
        };
        using var onnx = new MemoryStream();
        GeneratorExport.Write(networks, patch.ToSides(generator.Options.SpatialDims), info, onnx);
        return new SynthesisModel(onnx.ToArray(), info);
    }
}
