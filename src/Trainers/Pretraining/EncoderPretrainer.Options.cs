using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.Data.Augmentation;

namespace Microsoft.ML.MedicalSegmentation;

public sealed partial class EncoderPretrainer
{
    /// <summary>
    /// Options of an <see cref="EncoderPretrainer"/>. Every option has a default; <see cref="Network"/> chooses whose encoder is trained.
    /// </summary>
    public sealed record Options
    {
        /// <summary>Column of <see cref="Volume"/>s, normalised as for the trainer that will start from the weights.</summary>
        /// <value>Default: "Image".</value>
        public string ImageColumnName { get; init; } = "Image";

        /// <summary>Column of texts that tell patients apart, such as "PatientId".</summary>
        /// <value>Default: null, each row is a patient of its own.</value>
        public string? GroupColumnName { get; init; }

        /// <summary>Column of vectors of Single that the transformer adds: the encoder's features of each volume.</summary>
        /// <value>Default: "Embedding".</value>
        public string EmbeddingColumnName { get; init; } = "Embedding";

        /// <summary>The network, with the options that the segmentation trainer will have. InputChannels follows the data.</summary>
        /// <value>Default: <see cref="AttentionUNetOptions"/>.</value>
        public NetworkOptions Network { get; init; } = new AttentionUNetOptions();

        /// <summary>Size of views, pairs per step and memory.</summary>
        /// <value>
        /// Default: 16 pairs, 32 views, per step; views of two thirds of the largest image on each side, rounded up to what the network
        /// accepts, at most
        /// <see cref="PatchSize.LargestAutomaticSide"/>. ForegroundFraction is ignored. Networks whose weights depend on the patch need the
        /// segmentation trainer's.
        /// </value>
        public SamplingOptions Sampling { get; init; } = new() { BatchSize = 16 };

        /// <summary>Epochs, optimiser and learning rate.</summary>
        /// <value>Default: 100 epochs of AdamW at 1e-3, cosine, no average of the weights.</value>
        public OptimizationOptions Optimization { get; init; } =
            new()
            {
                MaxEpoch = 100,
                Schedule = LearningRateSchedule.Cosine,
                WeightAverageDecay = 0,
            };

        /// <summary>Random changes that make views, applied in this order.</summary>
        /// <value>Default: <see cref="AugmentationPresets.Contrastive"/>.</value>
        public IReadOnlyList<PatchAugmentation> Augmentation { get; init; } = AugmentationPresets.Contrastive;

        /// <summary>By what similarities are divided before the softmax; smaller ones make the hardest negatives count more.</summary>
        /// <value>Above 0, at most 10. Default: 0.1, as the paper.</value>
        public double Temperature { get; init; } = 0.1;

        /// <summary>Linear layers between the encoder's features and the embedding that is compared.</summary>
        /// <value>1 to 3. Default: 2.</value>
        public int ProjectionLayers { get; init; } = 2;

        /// <summary>Numbers of the embedding.</summary>
        /// <value>2 to 4096. Default: 128.</value>
        public int ProjectionOutputs { get; init; } = 128;

        /// <summary>
        /// Weights to start from, such as those of an earlier pre-training on other images, and weights to leave as they are.
        /// </summary>
        public InitializationOptions Initialization { get; init; } = new();

        /// <summary>The file from which a stopped pre-training resumes.</summary>
        public CheckpointOptions Checkpoint { get; init; } = new();

        /// <summary>Threads and precision.</summary>
        public DeviceOptions Device { get; init; } = new();

        /// <summary>
        /// Decides initial weights, pairs and views: the same seed gives the same weights on the same CPU with the same number of threads.
        /// </summary>
        /// <value>Default: null, the MLContext's own randomness, which its seed decides.</value>
        public int? Seed { get; init; }

        /// <summary>Called after each epoch.</summary>
        public Action<SegmentationTrainingMetrics>? MetricsCallback { get; init; }

        /// <summary>Called after each step.</summary>
        public Action<SegmentationTrainingProgress>? ProgressCallback { get; init; }

        /// <summary>Stops between two steps, by an <see cref="OperationCanceledException"/>.</summary>
        public CancellationToken CancellationToken { get; init; }

        /// <summary>Ends pre-training after the step under way; <c>Fit</c> returns the present weights.</summary>
        /// <value>Default: none. Before the first step is done, an <see cref="OperationCanceledException"/> follows.</value>
        public CancellationToken StopToken { get; init; }

        /// <summary>Checks all options together.</summary>
        /// <exception cref="ArgumentException">An option is out of its limits; the message lists every one.</exception>
        public void Validate()
        {
            var faults = new OptionFaults();
            faults.AddColumn(nameof(ImageColumnName), ImageColumnName);
            faults.AddColumn(nameof(GroupColumnName), GroupColumnName, isOptional: true);
            faults.AddColumn(nameof(EmbeddingColumnName), EmbeddingColumnName);
            faults.AddAll(Network.AllFaults().Select(fault => $"Network: {fault}"));
            Sampling.AddFaults(faults);
            faults.Add(
                Sampling.BatchSize == 1,
                "Sampling.BatchSize is 1; it must be at least 2, as the other pairs of a step are what views are told from."
            );
            Optimization.AddFaults(faults);
            faults.Add(
                Optimization.AccumulationSteps > 1,
                $"Optimization.AccumulationSteps is {Optimization.AccumulationSteps}; it must be 1, as views are told from those of "
                    + "the same batch. Raise Sampling.BatchSize instead."
            );
            faults.AddAll(Augmentation.SelectMany(step => step.AllFaults()));
            faults.Require(Temperature is > 0 and <= 10, nameof(Temperature), Temperature, "above 0 and at most 10, such as 0.1");
            faults.Require(ProjectionLayers is >= 1 and <= 3, nameof(ProjectionLayers), ProjectionLayers, "1, 2 or 3");
            faults.Require(ProjectionOutputs is >= 2 and <= 4096, nameof(ProjectionOutputs), ProjectionOutputs, "from 2 to 4096");
            Initialization.AddFaults(faults);
            Checkpoint.AddFaults(faults);
            Device.AddFaults(faults);
            faults.ThrowLinesIfAny("the options of pre-training");
        }

        /// <summary>What the training loop reads of the options.</summary>
        internal SegmentationTrainer.Options ToTraining() => new()
        {
            ImageColumnName = ImageColumnName,
            Network = Network,
            Sampling = Sampling,
            Optimization = Optimization,
            Augmentation = Augmentation,
            Initialization = Initialization,
            Checkpoint = Checkpoint,
            Device = Device,
            Seed = Seed,
            MetricsCallback = MetricsCallback,
            ProgressCallback = ProgressCallback,
            CancellationToken = CancellationToken,
            StopToken = StopToken,
        };
    }
}
