using System.Text.Json.Serialization;
using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.Data.Augmentation;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Partitioning;
using Microsoft.ML.MedicalSegmentation.Training;

namespace Microsoft.ML.MedicalSegmentation;

public sealed partial class SegmentationTrainer
{
    /// <summary>
    /// Options of a <see cref="SegmentationTrainer"/>. Every option has a default; <see cref="Network"/> chooses what is trained.
    /// </summary>
    public sealed record Options : ITrainingOptions<SegmentationTrainingMetrics>
    {
        /// <summary>Column of <see cref="LabelVolume"/>s to learn from.</summary>
        /// <value>Default: "Label".</value>
        public string LabelColumnName { get; init; } = "Label";

        /// <summary>Column of <see cref="Volume"/>s, normalised; the trained model reads the same column.</summary>
        /// <value>Default: "Image".</value>
        public string ImageColumnName { get; init; } = "Image";

        /// <summary>Column that the trained model adds: a <see cref="LabelVolume"/> on the image's grid.</summary>
        /// <value>Default: "PredictedLabel".</value>
        public string PredictedLabelColumnName { get; init; } = "PredictedLabel";

        /// <summary>Column of class probabilities that the trained model adds. It takes 4 bytes for each voxel and class.</summary>
        /// <value>Default: null, none.</value>
        public string? ProbabilityColumnName { get; init; }

        /// <summary>The network: the options record of a network chooses it. InputChannels and Classes follow the data.</summary>
        /// <value>Default: <see cref="AttentionUNetOptions"/>.</value>
        public NetworkOptions Network { get; init; } = new AttentionUNetOptions();

        /// <summary>The loss.</summary>
        /// <value>Default: null, that of the network's paper (<see cref="NetworkEntry.Loss"/>).</value>
        public Loss? Loss { get; init; }

        /// <summary>The classes in the order of the network's outputs, background first.</summary>
        /// <value>
        /// Default: null, the classes that the label column or its volumes name or, if there are none, the values that occur.
        /// </value>
        public IReadOnlyList<LabelClass>? Classes { get; init; }

        /// <summary>Patches, batches and memory.</summary>
        public SamplingOptions Sampling { get; init; } = new();

        /// <summary>Epochs, optimiser and learning rate.</summary>
        public OptimizationOptions Optimization { get; init; } = new();

        /// <summary>Random changes of training patches, applied in this order.</summary>
        /// <value>
        /// Default: <see cref="AugmentationPresets.Default"/>, nnU-Net's recipe without mirroring. An empty list changes nothing.
        /// </value>
        public IReadOnlyList<PatchAugmentation> Augmentation { get; init; } = AugmentationPresets.Default;

        /// <summary>Volumes that choose the best epoch.</summary>
        public ValidationOptions Validation { get; init; } = new();

        /// <summary>Weights to start from, and weights to leave as they are.</summary>
        public InitializationOptions Initialization { get; init; } = new();

        /// <summary>The file from which a stopped training resumes.</summary>
        public CheckpointOptions Checkpoint { get; init; } = new();

        /// <summary>Threads and precision.</summary>
        public DeviceOptions Device { get; init; } = new();

        /// <summary>Training by parts of the patch, on several devices, for patches that are too large for one.</summary>
        /// <value>Default: null, whole patches.</value>
        public PartitionOptions? Partition { get; init; }

        /// <summary>What is written at the end of training.</summary>
        public ExportOptions Export { get; init; } = new();

        /// <summary>How the trained model is run; saved with it.</summary>
        /// <value>Default: those of <see cref="ScoringSettings"/>, which warn of volumes whose spacing is not that of training.</value>
        public ScoringSettings Scoring { get; init; } = new();

        /// <summary>
        /// Decides initial weights, order and patches: the same seed gives the same model on the same CPU with the same number of threads.
        /// libtorch's random numbers belong to the process: trainings that run at once are not repeatable.
        /// </summary>
        /// <value>Default: null, the MLContext's own randomness, which its seed decides.</value>
        public int? Seed { get; init; }

        /// <summary>Called after each epoch.</summary>
        [JsonIgnore]
        public Action<SegmentationTrainingMetrics>? MetricsCallback { get; init; }

        /// <summary>Called after each step.</summary>
        [JsonIgnore]
        public Action<SegmentationTrainingProgress>? ProgressCallback { get; init; }

        /// <summary>Stops training between two steps, by an <see cref="OperationCanceledException"/>.</summary>
        [JsonIgnore]
        public CancellationToken CancellationToken { get; init; }

        /// <summary>
        /// Ends training after the step under way. <c>Fit</c> returns the model of the best weights so far: those of the best validation
        /// Dice or, where none was measured yet, the present average.
        /// </summary>
        /// <value>
        /// Default: none. Before the first step is done, an <see cref="OperationCanceledException"/> follows, as there is no model yet.
        /// </value>
        [JsonIgnore]
        public CancellationToken StopToken { get; init; }

        ITrainingLength ITrainingOptions<SegmentationTrainingMetrics>.Length => Optimization;

        int ITrainingOptions<SegmentationTrainingMetrics>.WorkersOrDefault => Sampling.WorkersOrDefault;

        internal Loss LossOrDefault => Loss ?? Network.Entry.Loss;

        /// <summary>Checks all options together.</summary>
        /// <exception cref="ArgumentException">An option is out of its limits; the message lists every one.</exception>
        public void Validate()
        {
            var faults = new OptionFaults();
            faults.AddColumn(nameof(LabelColumnName), LabelColumnName);
            faults.AddColumn(nameof(ImageColumnName), ImageColumnName);
            faults.AddColumn(nameof(PredictedLabelColumnName), PredictedLabelColumnName);
            faults.AddColumn(nameof(ProbabilityColumnName), ProbabilityColumnName, isOptional: true);
            faults.Add(
                Classes is { Count: < 2 },
                $"Classes has {Classes?.Count} entries; name the background and at least one structure, or leave it out."
            );
            faults.AddAll(Network.AllFaults().Select(fault => $"Network: {fault}"));
            faults.AddAll(LossOrDefault.Faults());
            Sampling.AddFaults(faults);
            Optimization.AddFaults(faults);
            faults.AddAll(Augmentation.SelectMany(step => step.AllFaults()));
            Validation.AddFaults(faults);
            Initialization.AddFaults(faults);
            Checkpoint.AddFaults(faults);
            Device.AddFaults(faults);
            Export.AddFaults(faults);
            Partition?.AddFaults(faults, Network.SpatialDims);
            faults.Add(
                Partition is not null && !PartitionedLoss.IsAdditive(LossOrDefault),
                $"Loss is {LossOrDefault.GetType().Name}, which is not a function of sums over voxels and cannot be computed by "
                    + "parts; use another loss, or leave out Partition."
            );
            Scoring.AddFaults(faults);
            faults.ThrowLinesIfAny("the trainer's options");
        }

        /// <summary>
        /// The options as JSON: every value, the network and the loss with their keys. Callbacks, the token and the validation set are left
        /// out.
        /// </summary>
        public string ToJson() => TrainerOptionsJson.Write(this);

        /// <summary>
        /// Reads what <see cref="ToJson"/> wrote. Options that are missing have their defaults; keys are read in any case.
        /// </summary>
        /// <param name="json">The JSON, such as <c>{"network":{"key":"unet","depth":5},"optimization":{"maxEpoch":100}}</c>.</param>
        /// <exception cref="ArgumentException">
        /// The text is not JSON, or names an option, a network or a loss that does not exist.
        /// </exception>
        public static Options FromJson(string json) => TrainerOptionsJson.Read(json);
    }
}
