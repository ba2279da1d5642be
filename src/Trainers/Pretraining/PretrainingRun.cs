using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.ML.MedicalSegmentation.Data.Cases;
using Microsoft.ML.MedicalSegmentation.Embedding;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Runtime;
using Microsoft.ML.MedicalSegmentation.Training;
using Microsoft.ML.MedicalSegmentation.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Pretraining;

/// <summary>One pre-training from images to the weights of an encoder.</summary>
/// <param name="context">Says which device computes.</param>
/// <param name="options">Valid options.</param>
/// <param name="seed">Decides everything random.</param>
/// <param name="log">Takes lines for users.</param>
/// <param name="warn">Takes what users should look at.</param>
internal sealed class PretrainingRun(
    MLContext context,
    EncoderPretrainer.Options options,
    int seed,
    Action<string> log,
    Action<string> warn
)
{
    /// <summary>Trains.</summary>
    public PretrainedEncoder Train(IDataView data) => GlibcAllocator.TrimAfter(() => TrainEncoder(data));

    private PretrainedEncoder TrainEncoder(IDataView data)
    {
        var device = TrainingDevice.Choose(context, log);
        CheckNetwork();
        var inspector = new CaseInspector("images", ClassMap.Unlabelled);
        var patients = new List<string>();
        using var images = CaseStore.Load(
            Inspected(new PretrainingRows(data, options), inspector, patients),
            options.Sampling.MaximumCacheBytes
        );
        var numbers = Numbered(patients);
        log(
            $"{images.Count} images of {patients.Distinct().Count()} patients, up to {inspector.Largest} voxels, "
                + $"{images.KeptBytes / 1048576.0:0.#} MiB in memory."
        );
        foreach (var doubt in inspector.Doubts())
        {
            warn(doubt);
        }

        using var threads = new ThreadCount(options.Device.Threads);
        random.manual_seed(seed);
        var (network, part, patch) = CreateNetwork(inspector);
        using (network)
        {
            network.Precision = ProcessorPrecision.Resolve(options.Device.Precision, device);
            log(
                $"The encoder of {network.Description}, {part.Names.Count} weights, on {device} in {network.Precision}; views of "
                    + $"{patch}, {options.Sampling.BatchSize} pairs per step, seed {seed}."
            );
            var used = options.ToTraining() with
            {
                Network = network.Options,
                Seed = seed,
                Device = options.Device with { Precision = network.Precision },
                Sampling = options.Sampling with { PatchSize = patch },
            };
            try
            {
                network.to(device);
                var checkpoint = options.Checkpoint.Open(() => Identity(used, images, numbers));
                var frozen = used with { Initialization = used.Initialization with { FreezePatterns = Frozen(network, part) } };
                var objective = new ContrastiveObjective(
                    network,
                    device,
                    options,
                    images,
                    numbers,
                    patch.ToShape(inspector.Channels),
                    seed
                );
                using var loop = new TrainingLoop(network, device, frozen, objective, validation: null, seed, log, checkpoint);
                var history = loop.Run();
                return Encoder(network.to(CPU), part, patch, inspector, history, patients.Distinct().Count());
            }
            catch (ExternalException fault) when (DeviceMemory.IsExhausted(fault))
            {
                throw DeviceMemory.Exhausted(fault, device, used.Network, patch, used.Sampling, used.Device);
            }
        }
    }

    private NetworkOptions NetworkOptions => PatchSize.Given(options.Network, options.Sampling.PatchSize);

    /// <summary>
    /// Fails for patches that the network does not accept, and for weights that it does not have, before any volume is read.
    /// </summary>
    private void CheckNetwork()
    {
        using var network = NetworkOptions.CreateNetwork();
        options.Initialization.Require(network);
        options.Sampling.PatchSize?.Check(network);
        var part = EncoderPart.Of(network, options.Sampling.PatchSize?.ToSides(network.Options.SpatialDims) ?? Smallest(network));
        if (
            options.Initialization.FreezePatterns.Count > 0
            && part.Names.All(name => WeightLoadingOptions.Matches(options.Initialization.FreezePatterns, name))
        )
        {
            throw new ArgumentException(
                "Initialization.FreezePatterns fit every weight of the encoder, so that none is left to train. Leave out the last stages."
            );
        }
    }

    private static long[] Smallest(Network network) => network.SizeRule.Fit([.. Enumerable.Repeat(1L, network.Options.SpatialDims)]);

    private static IEnumerable<(int Row, Volume Image)> Inspected(PretrainingRows rows, CaseInspector inspector, List<string> patients)
    {
        foreach (var (row, image, patient) in rows.Read())
        {
            inspector.Inspect(row, image);
            patients.Add(patient);
            yield return (row, image);
        }
    }

    private static int[] Numbered(List<string> patients)
    {
        var numbers = patients.Distinct().Index().ToDictionary(entry => entry.Item, entry => entry.Index);
        return numbers.Count >= 2
            ? [.. patients.Select(patient => numbers[patient])]
            : throw new ArgumentException(
                $"The data has {patients.Count} images of {numbers.Count} patients. Views are told from those of other patients: "
                    + "give images of at least two, and of many more for features that are worth something."
            );
    }

    private (ContrastiveNetwork Network, EncoderPart Part, PatchSize Patch) CreateNetwork(CaseInspector inspector)
    {
        var network = options.Initialization.CreateNetwork(NetworkOptions with { InputChannels = inspector.Channels }, log, warn);
        try
        {
            static int TwoThirds(int side) => ((2 * side) + 2) / 3;
            var (height, width, depth) = (
                TwoThirds(inspector.Largest.Height),
                TwoThirds(inspector.Largest.Width),
                TwoThirds(inspector.Largest.Depth)
            );
            var patch = options.Sampling.PatchSize ?? PatchSize.Around(new(1, depth, height, width), network);
            var part = EncoderPart.Of(network, patch.ToSides(network.Options.SpatialDims));
            return (new(network, new(part.Features, options.ProjectionLayers, options.ProjectionOutputs)), part, patch);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    // What is not the encoder's takes no part: no gradient, no weight decay, no optimiser's memory.
    private string[] Frozen(ContrastiveNetwork network, EncoderPart part)
    {
        var trained = network
            .Inner.named_parameters()
            .Where(entry =>
                part.Names.Contains(entry.name) && !WeightLoadingOptions.Matches(options.Initialization.FreezePatterns, entry.name)
            )
            .Select(entry => entry.parameter)
            .ToHashSet<object>(ReferenceEqualityComparer.Instance);
        var inner = network.Inner.parameters().ToHashSet<object>(ReferenceEqualityComparer.Instance);
        return
        [
            .. network
                .named_parameters()
                .Where(entry => inner.Contains(entry.parameter) && !trained.Contains(entry.parameter))
                .Select(entry => entry.name),
        ];
    }

    private Dictionary<string, string> Identity(SegmentationTrainer.Options used, CaseStore images, int[] patients)
    {
        var identity = TrainingIdentity.Of(used with { Loss = used.LossOrDefault });
        identity["the number of images"] = $"{images.Count}";
        identity["temperature"] = options.Temperature.ToString("R", CultureInfo.InvariantCulture);
        identity["projectionLayers"] = $"{options.ProjectionLayers}";
        identity["projectionOutputs"] = $"{options.ProjectionOutputs}";
        identity["the patients of the images"] = string.Join(" ", patients);
        return identity;
    }

    private PretrainedEncoder Encoder(
        ContrastiveNetwork network,
        EncoderPart part,
        PatchSize patch,
        CaseInspector inspector,
        SegmentationTrainingHistory history,
        int patients
    )
    {
        var shape = patch.ToShape(inspector.Channels);
        var spacing = inspector.MedianSpacing();
        var info = new EncoderModelInfo
        {
            Features = (int)part.Features,
            Channels = shape.Channels,
            Size = [shape.Depth, shape.Height, shape.Width],
            SpatialDimensions = network.Options.SpatialDims,
            Spacing = [spacing.X, spacing.Y, spacing.Z],
            Orientation = inspector.Orientation,
            Network = network.Options.Entry.Key,
            NetworkOptions = NetworkOptionsJson.Write(network.Options),
        };
        var metadata = new Dictionary<string, string>
        {
            ["format"] = "pt", // Readers for PyTorch look for it.
            [EncoderFile.MetadataKey] = network.Options.Entry.Key,
            ["medseg.network"] = NetworkOptionsJson.Write(network.Options),
            ["medseg.pretraining"] = JsonSerializer.Serialize(new
            {
                loss = "NT-Xent",
                temperature = options.Temperature,
                pairsPerStep = options.Sampling.BatchSize,
                epochs = history.Epochs.Count,
                patients,
                seed,
            }),
        };
        network.eval();
        var model = new EncoderModel(EncoderExport.Write(network.Inner, patch.ToSides(network.Options.SpatialDims), info), info);
        return new(
            EmbeddingScoring.Make(model, options.Device.Threads, context, ScoringDevice.Of(context)),
            options.ImageColumnName,
            options.EmbeddingColumnName,
            network.Options,
            new WeightsFile("the pre-trained encoder", "safetensors", part.Copy(network.Inner), metadata),
            history
        );
    }
}
