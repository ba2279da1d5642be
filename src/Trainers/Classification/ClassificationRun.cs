using System.Runtime.InteropServices;
using Microsoft.ML.MedicalSegmentation.Data.Cases;
using Microsoft.ML.MedicalSegmentation.Export;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Numerics;
using Microsoft.ML.MedicalSegmentation.Runtime;
using Microsoft.ML.MedicalSegmentation.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Classification;

/// <summary>
/// One training of a classifier from data to model: looks at every image, builds the network, trains it, and writes it as ONNX.
/// </summary>
/// <param name="context">Says which device computes.</param>
/// <param name="options">Valid options.</param>
/// <param name="seed">Decides everything random.</param>
/// <param name="log">Takes lines for users.</param>
/// <param name="warn">Takes what users should look at.</param>
internal sealed class ClassificationRun(
    MLContext context,
    ClassificationTrainer.Options options,
    int seed,
    Action<string> log,
    Action<string> warn
)
{
    /// <summary>Trains.</summary>
    /// <exception cref="ArgumentException">The data and the network do not fit together; found before any training.</exception>
    /// <exception cref="ExecutionEnvironmentException">The device is missing, or its memory does not suffice.</exception>
    /// <exception cref="InvalidOperationException">Training diverged.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public (ClassificationModel Model, ClassificationTrainingHistory History) Train(IDataView data) =>
        GlibcAllocator.TrimAfter(() => TrainModel(data));

    private (ClassificationModel Model, ClassificationTrainingHistory History) TrainModel(IDataView data)
    {
        var device = TrainingDevice.Choose(context, log);
        var rows = new ClassificationRows(data, "training data", options);
        var survey = ClassificationSurvey.Of(rows, options.Normalization == ClassificationNormalization.Dataset, options.MaximumCacheBytes);
        var classes = FindClasses(rows, survey);
        var info = Describe(survey, classes, rows.IsBinary);
        using var threads = new ThreadCount(options.Device.Threads);
        using var network = CreateNetwork(info);
        network.Precision = ProcessorPrecision.Resolve(options.Device.Precision, device);

        var map = ClassifiedCases.MapOf(classes);
        var drawn = StratifiedDraw.Of(survey.Labels, options.ValidationFraction, seed);
        using var training = ClassifiedCases.Load(
            Prepared((survey.Kept ?? rows.Read()).Where(row => !drawn.Contains(row.Row)), info, "training data"),
            map,
            options.MaximumCacheBytes
        );
        using var validation = LoadValidation(rows, survey, drawn, info, map, options.MaximumCacheBytes - training.KeptBytes);
        var weights = Weights(training, classes);
        log(
            $"{network.DescriptionOn(device)}; {training.Count} images of {info.Shape} to train on"
                + $"{(validation is null ? "" : $", {validation.Count} to validate on")}, batches of {options.BatchSize}, seed {seed}."
        );
        try
        {
            network.to(device);
            using var loop = new ClassificationLoop(
                network,
                device,
                options,
                info,
                training,
                map,
                validation,
                weights,
                seed,
                log,
                options.Checkpoint.Open(() => Identity(network, info, training, validation))
            );
            var history = loop.Run();
            return (Export(network.to(CPU), info), history);
        }
        catch (ExternalException fault) when (DeviceMemory.IsExhausted(fault))
        {
            throw DeviceMemory.Exhausted(
                fault,
                device,
                $"{network.Description} with images of {info.Shape} in batches of {options.BatchSize}",
                "Lower BatchSize or ImageSize, or give the network a smaller Width."
            );
        }
    }

    private IReadOnlyList<string> FindClasses(ClassificationRows rows, ClassificationSurvey survey)
    {
        var counts = survey.Labels.CountBy(label => label).ToDictionary();
        IReadOnlyList<string> classes = rows.NamedClasses is { Count: > 0 } named ? named : [.. counts.Keys.Order(StringComparer.Ordinal)];
        if (counts.Count < 2 || classes.Count > LabelClass.MaximumValue)
        {
            throw new ArgumentException(
                $"The training data has images of {counts.Count} "
                    + $"{(counts.Count == 1 ? $"class, '{counts.Keys.Single()}'" : "classes")}; a classification needs at least 2 and at "
                    + $"most {LabelClass.MaximumValue}. Check the label column."
            );
        }

        log($"Classes: {string.Join(", ", classes.Select(name => $"{name} ({counts.GetValueOrDefault(name)})"))}.");
        if (classes.Where(name => !counts.ContainsKey(name)).ToList() is { Count: > 0 } absent)
        {
            warn($"No training image is of {string.Join(", ", absent)}, so that the model cannot learn it.");
        }

        if (options.ClassWeights?.Keys.Except(classes).ToList() is { Count: > 0 } unknown)
        {
            throw new ArgumentException($"ClassWeights names {string.Join(", ", unknown)}; the classes are {string.Join(", ", classes)}.");
        }

        return classes;
    }

    private ClassificationModelInfo Describe(ClassificationSurvey survey, IReadOnlyList<string> classes, bool isBinary)
    {
        var size = options.ImageSize ?? survey.MedianSize();
        if (survey.SpatialDims == 2 && size.Depth != 1)
        {
            throw new ArgumentException($"ImageSize is {size}, and the training images are single pictures. Use depth 1.");
        }

        if (survey.SpatialDims == 3 && survey.Orientation is null)
        {
            warn(
                $"The volumes have several orientations ({string.Join(", ", survey.Orientations)}). Put a reorientation to one code "
                    + "before the trainer, unless this is meant."
            );
        }

        var (means, deviations) = options.Normalization == ClassificationNormalization.Dataset ? survey.Intensities() : ([], []);
        return new()
        {
            Classes = classes,
            Channels = survey.Channels,
            Size = [size.Depth, size.Height, size.Width],
            SpatialDimensions = survey.SpatialDims,
            IsBinary = isBinary,
            Normalization = options.Normalization,
            Means = means,
            Deviations = deviations,
            Orientation = survey.SpatialDims == 3 ? survey.Orientation : null,
            Network = options.Network.Entry.Key,
        };
    }

    private Network CreateNetwork(ClassificationModelInfo info)
    {
        random.manual_seed(seed);
        var built = options.Network with
        {
            SpatialDims = info.SpatialDimensions,
            InputChannels = info.Channels,
            Classes = info.Classes.Count,
            PatchSize = info.SpatialDimensions == 2 ? [.. info.Size.Skip(1)] : info.Size,
        };
        var network = options.Initialization.CreateNetwork(built, log, warn);
        try
        {
            RequireClassifier(network, info);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private static void RequireClassifier(Network network, ClassificationModelInfo info)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        network.eval();
        var shape = network.forward(zeros([1, info.Channels, .. Sides(info)], ScalarType.Float32)).shape;
        if (!shape.AsSpan().SequenceEqual([1, info.Classes.Count]))
        {
            throw new ArgumentException(
                $"{network.Description} gives [{string.Join(", ", shape)}] for one image; a classification network gives [1, "
                    + $"{info.Classes.Count}]. Use ResNetOptions, or a network whose Forward gives logits [N, classes]."
            );
        }
    }

    private static IEnumerable<(int Row, Volume<float> Image, int Class)> Prepared(
        IEnumerable<(int Row, Volume Image, string Label)> rows, ClassificationModelInfo info, string data)
    {
        var indices = info.Classes.Index().ToDictionary(entry => entry.Item, entry => entry.Index);
        foreach (var (row, image, label) in rows)
        {
            if (!indices.TryGetValue(label, out var index))
            {
                throw new ArgumentException(
                    $"Row {row} of the {data} has the label '{label}', which is none of the classes {string.Join(", ", info.Classes)}."
                );
            }

            yield return (row, Prepare(row, image, info, data), index);
        }
    }

    private static Volume<float> Prepare(int row, Volume image, ClassificationModelInfo info, string data)
    {
        try
        {
            return Volume.Create(ImagePreparation.Prepare(image, info), info.Shape);
        }
        catch (InputDataException fault)
        {
            throw new InputDataException($"Row {row} of the {data}: {fault.Message}", fault);
        }
    }

    private CaseStore? LoadValidation(
        ClassificationRows training,
        ClassificationSurvey survey,
        IReadOnlySet<int> drawn,
        ClassificationModelInfo info,
        ClassMap map,
        long maximumBytes
    )
    {
        if (options.Validation.ValidationSet is { } given)
        {
            var rows = new ClassificationRows(given, "validation set", options);
            var store = ClassifiedCases.Load(Prepared(rows.Read(), info, "validation set"), map, maximumBytes);
            return store.Count > 0 ? store : throw new ArgumentException("The validation set has no rows. Leave it out, or give images.");
        }

        return drawn.Count == 0 ? null : ClassifiedCases.Load(
            Prepared((survey.Kept ?? training.Read()).Where(row => drawn.Contains(row.Row)), info, "training data"), map, maximumBytes);
    }

    // A class without images has no weight that could matter.
    private IReadOnlyList<double>? Weights(CaseStore training, IReadOnlyList<string> classes)
    {
        if (options.ClassWeights is { } given)
        {
            return [.. classes.Select(name => given.GetValueOrDefault(name, 1))];
        }

        if (!options.BalancedClasses)
        {
            return null;
        }

        var counts = new int[classes.Count];
        for (var i = 0; i < training.Count; i++)
        {
            counts[ClassifiedCases.ClassOf(training[i])]++;
        }

        var present = counts.Count(count => count > 0);
        return [.. counts.Select(count => count > 0 ? (double)training.Count / (present * count) : 1)];
    }

    private Dictionary<string, string> Identity(
        Network network,
        ClassificationModelInfo info,
        CaseStore training,
        CaseStore? validation
    )
    {
        var identity = TrainingIdentity.Of(options with
        {
            Network = network.Options,
            Seed = seed,
            Device = options.Device with { Precision = network.Precision },
            ImageSize = new(info.Size[0], info.Size[1], info.Size[2]),
            WeightsPath = null,
            ScoringThreads = 0,
            MaximumCacheBytes = 0,
            Workers = 0,
        });
        identity["the number of images"] = $"{training.Count}";
        identity["the number of validation images"] = $"{validation?.Count ?? 0}";
        identity["the classes"] = string.Join(", ", info.Classes);
        return identity;
    }

    private ClassificationModel Export(Network network, ClassificationModelInfo info)
    {
        network.eval();
        if (options.WeightsPath is { } path)
        {
            network.SaveWeights(path);
        }

        var described = info with { NetworkOptions = NetworkOptionsJson.Write(network.Options) };
        using var onnx = new MemoryStream();
        OnnxExport.Write(network, Sides(info), ClassificationModelInfo.Metadata.Write(described), onnx);
        return new(onnx.ToArray(), described);
    }

    private static long[] Sides(ClassificationModelInfo info) =>
        [.. info.Size.Skip(info.SpatialDimensions == 2 ? 1 : 0).Select(side => (long)side)];
}
