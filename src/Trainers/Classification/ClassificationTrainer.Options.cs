using System.Text.Json.Serialization;
using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.Classification;
using Microsoft.ML.MedicalSegmentation.Data.Augmentation;
using Microsoft.ML.MedicalSegmentation.Training;

namespace Microsoft.ML.MedicalSegmentation;

public sealed partial class ClassificationTrainer
{
    /// <summary>Options of a <see cref="ClassificationTrainer"/>. Every option has a default.</summary>
    public sealed record Options : ITrainingOptions<ClassificationTrainingMetrics>
    {
        /// <summary>Column of the class: a key or a text gives a multiclass model, a Boolean a binary one.</summary>
        /// <value>Default: "Label".</value>
        public string LabelColumnName { get; init; } = "Label";

        /// <summary>Column of <see cref="Volume"/>s, pictures among them; the trained model reads the same column.</summary>
        /// <value>Default: "Image".</value>
        public string ImageColumnName { get; init; } = "Image";

        /// <summary>Column of the predicted class that the trained model adds.</summary>
        /// <value>Default: "PredictedLabel".</value>
        public string PredictedLabelColumnName { get; init; } = "PredictedLabel";

        /// <summary>Column of scores that the trained model adds; see <see cref="ClassificationTransformer"/>.</summary>
        /// <value>Default: "Score".</value>
        public string ScoreColumnName { get; init; } = "Score";

        /// <summary>Column of the probability that the trained model adds; see <see cref="ClassificationTransformer"/>.</summary>
        /// <value>Default: "Probability".</value>
        public string ProbabilityColumnName { get; init; } = "Probability";

        /// <summary>The network. SpatialDims, InputChannels, Classes and PatchSize follow the data.</summary>
        /// <value>Default: <see cref="ResNetOptions"/>, ResNet-18. A network of the application must give logits [N, classes].</value>
        public NetworkOptions Network { get; init; } = new ResNetOptions();

        /// <summary>The size to which images are resized, within the model: depth 1 for pictures.</summary>
        /// <value>
        /// Voxels; each side 1 to 4,096. Default: null, the median of the training images, at most 224 on a side of pictures and 64 of
        /// volumes.
        /// </value>
        public PatchSize? ImageSize { get; init; }

        /// <summary>How intensities are normalised, within the model.</summary>
        /// <value>Default: <see cref="ClassificationNormalization.ZScore"/>.</value>
        public ClassificationNormalization Normalization { get; init; }

        /// <summary>What classes weigh in the loss, by name; classes that are not named weigh 1.</summary>
        /// <value>Each finite and at least 0. Default: null, all alike. Cannot be given with <see cref="BalancedClasses"/>.</value>
        public IReadOnlyDictionary<string, double>? ClassWeights { get; init; }

        /// <summary>
        /// Whether each class weighs in inverse proportion to its number of training images, so that rare ones count as much as frequent
        /// ones.
        /// </summary>
        /// <value>Default: false.</value>
        public bool BalancedClasses { get; init; }

        /// <summary>How much of the target is spread over all classes, which keeps a network from being too certain.</summary>
        /// <value>0 to below 1. Default: 0.</value>
        public double LabelSmoothing { get; init; }

        /// <summary>Images per step.</summary>
        /// <value>At least 2, as batch norms need. Default: 32.</value>
        public int BatchSize { get; init; } = 32;

        /// <summary>Memory that images may take; those beyond it lie in a temporary file, which is removed at the end.</summary>
        /// <value>Bytes, at least 0. Default: 4 GiB.</value>
        public long MaximumCacheBytes { get; init; } = 4L << 30;

        /// <summary>Threads that prepare images while the network computes. The images are the same whatever the number.</summary>
        /// <value>0 to 64. Default: 0, half of the processors, from 1 to 8.</value>
        public int Workers { get; init; }

        /// <summary>Epochs, optimiser and learning rate.</summary>
        /// <value>
        /// Default: 20 epochs of AdamW at 1e-3, falling by half a cosine; otherwise those of <see cref="OptimizationOptions"/>.
        /// </value>
        public OptimizationOptions Optimization { get; init; } = new() { MaxEpoch = 20, Schedule = LearningRateSchedule.Cosine };

        /// <summary>Random changes of training images, applied in this order.</summary>
        /// <value>Default: small turns, scalings, and changes of brightness and contrast. An empty list changes nothing.</value>
        public IReadOnlyList<PatchAugmentation> Augmentation { get; init; } =
        [
            new Rotation { MaximumAngle = 10, Probability = 0.5 },
            new Scaling { Minimum = 0.9, Maximum = 1.1, Probability = 0.5 },
            new BrightnessChange(),
            new ContrastChange(),
            new GaussianNoise(),
        ];

        /// <summary>Images that choose the best epoch, by the area under the ROC curve and then by the loss.</summary>
        public ValidationOptions Validation { get; init; } = new();

        /// <summary>Share of the training images of each class that is kept for validation instead of a ValidationSet.</summary>
        /// <value>0 to below 1. Default: 0, none; the last epoch's weights are kept.</value>
        public double ValidationFraction { get; init; }

        /// <summary>
        /// Weights to start from, and weights to leave as they are. Published weights of torchvision's networks fit, but for the last layer
        /// and another stem.
        /// </summary>
        public InitializationOptions Initialization { get; init; } = new();

        /// <summary>The file from which a stopped training resumes.</summary>
        public CheckpointOptions Checkpoint { get; init; } = new();

        /// <summary>Threads and precision.</summary>
        public DeviceOptions Device { get; init; } = new();

        /// <summary>File for the kept weights, under the original names: safetensors.</summary>
        /// <value>Default: null, none; the model itself does not need it.</value>
        public string? WeightsPath { get; init; }

        /// <summary>Threads of ONNX Runtime with which the trained model runs; saved with it.</summary>
        /// <value>At least 0. Default: 0, one per processor.</value>
        public int ScoringThreads { get; init; }

        /// <summary>
        /// Decides initial weights, order and changes of images: the same seed gives the same model on the same CPU with the same number of
        /// threads.
        /// </summary>
        /// <value>Default: null, the MLContext's own randomness, which its seed decides.</value>
        public int? Seed { get; init; }

        /// <summary>Called after each epoch.</summary>
        [JsonIgnore]
        public Action<ClassificationTrainingMetrics>? MetricsCallback { get; init; }

        /// <summary>Stops training between two steps, by an <see cref="OperationCanceledException"/>.</summary>
        [JsonIgnore]
        public CancellationToken CancellationToken { get; init; }

        /// <summary>Ends training after the step under way; <c>Fit</c> returns the model of the best weights so far.</summary>
        /// <value>
        /// Default: none. Before the first step is done, an <see cref="OperationCanceledException"/> follows, as there is no model yet.
        /// </value>
        [JsonIgnore]
        public CancellationToken StopToken { get; init; }

        ITrainingLength ITrainingOptions<ClassificationTrainingMetrics>.Length => Optimization;

        int ITrainingOptions<ClassificationTrainingMetrics>.WorkersOrDefault => new SamplingOptions { Workers = Workers }.WorkersOrDefault;

        /// <summary>Checks all options together.</summary>
        /// <exception cref="ArgumentException">An option is out of its limits; the message lists every one.</exception>
        public void Validate()
        {
            var faults = new OptionFaults();
            faults.AddColumn(nameof(LabelColumnName), LabelColumnName);
            faults.AddColumn(nameof(ImageColumnName), ImageColumnName);
            faults.AddColumn(nameof(PredictedLabelColumnName), PredictedLabelColumnName);
            faults.AddColumn(nameof(ScoreColumnName), ScoreColumnName);
            faults.AddColumn(nameof(ProbabilityColumnName), ProbabilityColumnName);
            faults.AddAll(Network.AllFaults().Select(fault => $"Network: {fault}"));
            faults.Add(
                ImageSize is { } size
                    && new[] { size.Depth, size.Height, size.Width }.Any(side => side is < 1 or > ImagePreparation.LongestSide),
                $"ImageSize is {ImageSize}; every side must be from 1 to {ImagePreparation.LongestSide}."
            );
            faults.Require(
                Enum.IsDefined(Normalization),
                nameof(Normalization),
                Normalization,
                string.Join(", ", Enum.GetNames<ClassificationNormalization>())
            );
            faults.Add(
                ClassWeights is not null && !ClassWeights.Values.All(weight => weight >= 0 && double.IsFinite(weight)),
                $"ClassWeights are {string.Join(", ", ClassWeights?.Values ?? [])}; each must be finite and at least 0.");
            faults.Add(ClassWeights is not null && BalancedClasses, "ClassWeights and BalancedClasses are both given; use one of them.");
            faults.Require(LabelSmoothing is >= 0 and < 1, nameof(LabelSmoothing), LabelSmoothing, "at least 0 and below 1");
            faults.AtLeast(nameof(BatchSize), BatchSize, 2);
            faults.AtLeast(nameof(MaximumCacheBytes), MaximumCacheBytes, 0);
            faults.Require(Workers is >= 0 and <= 64, nameof(Workers), Workers, "from 0 to 64");
            faults.Require(ValidationFraction is >= 0 and < 1, nameof(ValidationFraction), ValidationFraction, "at least 0 and below 1");
            faults.Add(
                ValidationFraction > 0 && Validation.ValidationSet is not null,
                "ValidationFraction and Validation.ValidationSet are both given; use one of them."
            );
            faults.AtLeast(nameof(ScoringThreads), ScoringThreads, 0);
            faults.AddFile(nameof(WeightsPath), WeightsPath);
            Optimization.AddFaults(faults);
            faults.AddAll(Augmentation.SelectMany(step => step.AllFaults()));
            Validation.AddFaults(faults);
            Initialization.AddFaults(faults);
            Checkpoint.AddFaults(faults);
            Device.AddFaults(faults);
            faults.ThrowLinesIfAny("the trainer's options");
        }
    }
}
