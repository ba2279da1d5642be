using System.Text.Json.Serialization;
using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.Data.Augmentation;
using Microsoft.ML.MedicalSegmentation.Training;

namespace Microsoft.ML.MedicalSegmentation;

public sealed partial class SynthesisTrainer
{
    /// <summary>
    /// Options of a <see cref="SynthesisTrainer"/>. Every option has a default; <see cref="Network"/> chooses the generator.
    /// </summary>
    public sealed record Options : ITrainingOptions<SynthesisTrainingMetrics>
    {
        /// <summary>Column of source <see cref="Volume"/>s, normalised; the trained model reads the same column.</summary>
        /// <value>Default: "Image".</value>
        public string SourceColumnName { get; init; } = "Image";

        /// <summary>Column of target <see cref="Volume"/>s on the source's grid, in their own unit; the trainer scales them.</summary>
        /// <value>Default: "Target".</value>
        public string TargetColumnName { get; init; } = "Target";

        /// <summary>
        /// Column of <see cref="LabelVolume"/>s whose voxels above 0 are regions that training patches are drawn from more often
        /// (Sampling.ForegroundFraction).
        /// </summary>
        /// <value>Default: null, patches are drawn from anywhere.</value>
        public string? RegionColumnName { get; init; }

        /// <summary>Column that the trained model adds: a <see cref="Volume"/> on the source's grid, in the target's unit.</summary>
        /// <value>Default: "Synthesized".</value>
        public string OutputColumnName { get; init; } = "Synthesized";

        /// <summary>
        /// Column of difficulty that the trained model adds: 0 where the local discriminator takes the result for real, 1 where it does
        /// not. Scoring takes longer with it.
        /// </summary>
        /// <value>Default: null, none.</value>
        public string? DifficultyColumnName { get; init; }

        /// <summary>
        /// The generator: any encoder-decoder of the list. InputChannels and Classes follow the channels of source and target.
        /// </summary>
        /// <value>Default: a U-Net of depth 4. Ours.</value>
        public NetworkOptions Network { get; init; } = new UNetOptions { Depth = 4, DeepSupervision = false };

        /// <summary>What ends the generator, and how targets are scaled.</summary>
        /// <value>Default: <see cref="GeneratorOutput.Linear"/>.</value>
        public GeneratorOutput Output { get; init; }

        /// <summary>The generator's loss.</summary>
        public SynthesisLossOptions Losses { get; init; } = new();

        /// <summary>The discriminator of whole patches.</summary>
        public DiscriminatorOptions GlobalDiscriminator { get; init; } = new();

        /// <summary>The discriminator of places, which gives the difficulty.</summary>
        public DiscriminatorOptions LocalDiscriminator { get; init; } = new() { Stages = 1 };

        /// <summary>
        /// Whether the discriminators see the source beside what they judge, so that they notice what does not belong to it.
        /// </summary>
        /// <value>Default: false, as in the paper's text. True: Isola et al. 2017, https://arxiv.org/abs/1611.07004.</value>
        public bool ShowsSource { get; init; }

        /// <summary>Patches, batches and memory. ForegroundFraction is ignored without <see cref="RegionColumnName"/>.</summary>
        public SamplingOptions Sampling { get; init; } = new();

        /// <summary>Epochs and learning rates.</summary>
        public SynthesisOptimizationOptions Optimization { get; init; } = new();

        /// <summary>
        /// Random changes of training patches, applied in this order. Those that move voxels move source and target alike; those of
        /// intensities change the source alone.
        /// </summary>
        /// <value>
        /// Default: rotation and scaling, as nnU-Net has them. An empty list changes nothing. Augmentations of the application are refused,
        /// as it is not known whether they move voxels.
        /// </value>
        public IReadOnlyList<PatchAugmentation> Augmentation { get; init; } = [new Rotation(), new Scaling()];

        /// <summary>Volumes whose mean absolute error, instead of Dice, chooses the best epoch.</summary>
        public ValidationOptions Validation { get; init; } = new();

        /// <summary>Weights that the generator starts from, and weights to leave as they are.</summary>
        public InitializationOptions Initialization { get; init; } = new();

        /// <summary>The file from which a stopped training resumes.</summary>
        public CheckpointOptions Checkpoint { get; init; } = new();

        /// <summary>Threads and precision.</summary>
        public DeviceOptions Device { get; init; } = new();

        /// <summary>What is written at the end of training.</summary>
        public ExportOptions Export { get; init; } = new();

        /// <summary>How the trained model is run; saved with it.</summary>
        public ScoringSettings Scoring { get; init; } = new();

        /// <summary>
        /// Decides initial weights, order and patches: the same seed gives the same model on the same CPU with the same number of threads.
        /// </summary>
        /// <value>Default: null, the MLContext's own randomness, which its seed decides.</value>
        public int? Seed { get; init; }

        /// <summary>Called after each epoch.</summary>
        [JsonIgnore]
        public Action<SynthesisTrainingMetrics>? MetricsCallback { get; init; }

        /// <summary>Called after each step.</summary>
        [JsonIgnore]
        public Action<SegmentationTrainingProgress>? ProgressCallback { get; init; }

        /// <summary>Stops training between two steps, by an <see cref="OperationCanceledException"/>.</summary>
        [JsonIgnore]
        public CancellationToken CancellationToken { get; init; }

        /// <summary>
        /// Ends training after the step under way; <c>Fit</c> returns the best weights so far, or the present ones where no epoch was
        /// measured.
        /// </summary>
        /// <value>Default: none. Before the first step is done, an <see cref="OperationCanceledException"/> follows.</value>
        [JsonIgnore]
        public CancellationToken StopToken { get; init; }

        ITrainingLength ITrainingOptions<SynthesisTrainingMetrics>.Length => Optimization;

        int ITrainingOptions<SynthesisTrainingMetrics>.WorkersOrDefault => Sampling.WorkersOrDefault;

        internal bool HasGlobalDiscriminator => Losses.GlobalAdversarialWeight > 0;

        internal bool HasLocalDiscriminator =>
            Losses.LocalAdversarialWeight > 0 || Losses.DifficultyWeight > 0 || DifficultyColumnName is not null;

        /// <summary>Checks all options together.</summary>
        /// <exception cref="ArgumentException">An option is out of its limits; the message lists every one.</exception>
        public void Validate()
        {
            var faults = new OptionFaults();
            AddColumnFaults(faults);
            faults.AddAll(Network.AllFaults().Select(fault => $"Network: {fault}"));
            faults.Require(Enum.IsDefined(Output), "Output", Output, string.Join(" or ", Enum.GetNames<GeneratorOutput>()));
            Losses.AddFaults(faults);
            GlobalDiscriminator.AddFaults(faults, "GlobalDiscriminator", 1, 8);
            LocalDiscriminator.AddFaults(faults, "LocalDiscriminator", 0, 4);
            Sampling.AddFaults(faults);
            Optimization.AddFaults(faults);
            faults.AddAll(Augmentation.SelectMany(step => step.AllFaults()));
            faults.AddAll(
                Augmentation
                    .Where(step => step.GetType().Assembly != typeof(PatchAugmentation).Assembly)
                    .Select(step =>
                        $"Augmentation {step.GetType().Name} is the application's own; whether it moves voxels, which source and "
                        + "target must do alike, is not known. Leave it out."
                    )
            );
            Validation.AddFaults(faults);
            Initialization.AddFaults(faults);
            Checkpoint.AddFaults(faults);
            Device.AddFaults(faults);
            Export.AddFaults(faults);
            Scoring.AddFaults(faults);
            faults.Add(
                Scoring.Tiling != ScoringTiling.Blended,
                $"Scoring.Tiling is {Scoring.Tiling}; synthesised tiles are blended. Leave it out."
            );
            faults.ThrowLinesIfAny("the trainer's options");
        }

        private void AddColumnFaults(OptionFaults faults)
        {
            faults.AddColumn(nameof(SourceColumnName), SourceColumnName);
            faults.AddColumn(nameof(TargetColumnName), TargetColumnName);
            faults.AddColumn(nameof(RegionColumnName), RegionColumnName, isOptional: true);
            faults.AddColumn(nameof(OutputColumnName), OutputColumnName);
            faults.AddColumn(nameof(DifficultyColumnName), DifficultyColumnName, isOptional: true);
            faults.Add(
                SourceColumnName == TargetColumnName,
                $"SourceColumnName and TargetColumnName are both '{SourceColumnName}'; name two columns."
            );
            faults.Add(
                DifficultyColumnName == OutputColumnName,
                $"OutputColumnName and DifficultyColumnName are both '{OutputColumnName}'; name two columns."
            );
        }
    }
}
