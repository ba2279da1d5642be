using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.MedicalSegmentation.Data.Cases;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Runtime;
using Microsoft.ML.MedicalSegmentation.Scoring.Models;
using Microsoft.ML.MedicalSegmentation.Training;
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
    /// <exception cref="ExecutionEnvironmentException">The device is missing, or its memory does not suffice.</exception>
    /// <exception cref="InvalidOperationException">Training diverged.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public (SynthesisModel Model, SynthesisTrainingHistory History) Train(IDataView data) =>
        GlibcAllocator.TrimAfter(() => TrainModel(data));

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
        log($"{generator.DescriptionOn(device)}, patches of {patch}, batches of {options.Sampling.BatchSize}, seed {seed}.");

        try
        {
            networks.To(device);
            var shape = patch.ToShape(inspector.Channels);
            var checkpoint = options.Checkpoint.Open(() => Identity(generator, patch, targets, cases, validationCases?.Count ?? 0));
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
            throw DeviceMemory.Exhausted(fault, device, options.Network, patch, options.Sampling, options.Device);
        }
    }

    private NetworkOptions NetworkOptions => PatchSize.Given(options.Network, options.Sampling.PatchSize);

    private Dictionary<string, string> Identity(
        Network generator,
        PatchSize patch,
        IReadOnlyList<SynthesisChannel> targets,
        CaseStore cases,
        int validationCases
    )
    {
        var identity = TrainingIdentity.Of(options with
        {
            Network = generator.Options,
            Seed = seed,
            Device = options.Device with { Precision = generator.Precision },
            Sampling = options.Sampling with { PatchSize = patch },
        });
        identity["the number of cases"] = $"{cases.Count}";
        identity["the number of validation cases"] = $"{validationCases}";
        identity["the target's channels"] = string.Join(
            ", ",
            targets.Select(target => string.Create(CultureInfo.InvariantCulture, $"{target.Name} {target.Offset:R} + {target.Scale:R}"))
        );
        return identity;
    }

    /// <summary>
    /// Fails for patches that the network does not accept and for weights that it does not have, before any volume is read.
    /// </summary>
    private void CheckNetwork()
    {
        using var network = NetworkOptions.CreateNetwork();
        options.Initialization.Require(network);
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
                $"Row {row.Row}: the target has {row.Target.Shape.Channels} channels, the others have {channels}. Load the same "
                    + "channels, in the same order, for every case."
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
            $"{cases.Count} pairs to train on{(validation is null ? "" : $", {validation.Count} to validate on")}, up to "
                + $"{inspector.Largest} voxels, spacing {inspector.MedianSpacing()} mm, {cases.KeptBytes / 1048576.0:0.#} MiB in memory, "
                + $"{cases.FileBytes / 1048576.0:0.#} MiB in a temporary file."
        );
        foreach (var doubt in inspector.Doubts("sources"))
        {
            warn(doubt);
        }
    }

    private Network CreateGenerator(int channels, int targets)
    {
        var network = NetworkOptions with { InputChannels = channels, Classes = targets };
        return options.Initialization.CreateNetwork(network, log, warn);
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
            Orientation = inspector.Orientation,
            Preprocessing = options.Export.Preprocessing,
        };
        using var onnx = new MemoryStream();
        GeneratorExport.Write(networks, patch.ToSides(generator.Options.SpatialDims), info, onnx);
        return new SynthesisModel(onnx.ToArray(), info);
    }
}
