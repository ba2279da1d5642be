using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.Planning;

namespace Microsoft.ML.MedicalSegmentation;

public sealed partial class PlannedSegmentationTrainer
{
    /// <summary>Options of a <see cref="PlannedSegmentationTrainer"/>. Every option has a default.</summary>
    public sealed record Options
    {
        /// <summary>The plan.</summary>
        /// <value>Default: null, made from the training data.</value>
        public SegmentationPlan? Plan { get; init; }

        /// <summary>How the plan is made where none is given.</summary>
        /// <value>
        /// Default: null, <see cref="PlanningPreset.Default"/> on a GPU and <see cref="PlanningPreset.Processor"/> on a processor.
        /// </value>
        public PlanningOptions? Planning { get; init; }

        /// <summary>The configuration of the plan to train, such as "3d_fullres", "3d_lowres" or "2d".</summary>
        /// <value>Default: null, "3d_fullres", or "2d" where the cases are single slices or the network sees single slices alone.</value>
        public string? Configuration { get; init; }

        /// <summary>A network in place of the plan's U-Net; it takes spacing, patch and batch from the plan.</summary>
        /// <value>Default: null, the plan's U-Net.</value>
        public NetworkOptions? Network { get; init; }

        /// <summary>Changes the plan's U-Net, such as <c>network => network with { AttentionBlock = "squeeze-excitation" }</c>.</summary>
        /// <value>Default: null, the U-Net as planned. Ignored if <see cref="Network"/> is given.</value>
        public Func<UNetOptions, UNetOptions>? AdaptNetwork { get; init; }

        /// <summary>Patch in place of the plan's.</summary>
        /// <value>Voxels along the plan's axes. Default: null, the plan's, enlarged to what the network accepts.</value>
        public PatchSize? PatchSize { get; init; }

        /// <summary>Patches per step in place of the plan's.</summary>
        /// <value>At least 1. Default: null, the plan's.</value>
        public int? BatchSize { get; init; }

        /// <summary>
        /// Structures of several label values, which may overlap: each gets a logistic output in place of one output per class, and
        /// predictions are written region by region.
        /// </summary>
        /// <value>
        /// Default: null, classes. With regions the loss is Dice plus binary cross-entropy, as in nnU-Net; the training options' Loss must
        /// be null. Cascades take classes only.
        /// </value>
        public IReadOnlyList<LabelRegion>? Regions { get; init; }

        /// <summary>
        /// For a configuration of a cascade, such as "3d_cascade_fullres": the trained model of the stage before, whose labels are further
        /// input channels.
        /// </summary>
        /// <value>
        /// A planned model of that configuration, or a pipeline that ends in one. Default: null. It becomes a part of the trained model.
        /// </value>
        public ITransformer? PreviousStage { get; init; }

        /// <summary>
        /// Column of <see cref="LabelVolume"/>s that the stage before has predicted, by a model that was not trained on the case.
        /// </summary>
        /// <value>
        /// Default: null, <see cref="PreviousStage"/> predicts them, which is too good where it was trained on the same cases: the network
        /// then trusts it too much.
        /// </value>
        public string? PreviousLabelColumnName { get; init; }

        /// <summary>Called with the plan before training begins.</summary>
        public Action<SegmentationPlan>? PlanCallback { get; init; }

        /// <summary>
        /// Columns, optimisation, augmentation, validation and the rest. Its Network, Sampling.PatchSize and Sampling.BatchSize are not
        /// read.
        /// </summary>
        /// <value>Default: null, <see cref="DefaultTraining"/>.</value>
        public SegmentationTrainer.Options? Training { get; init; }

        internal void Validate(SegmentationTrainer.Options training)
        {
            training.Validate();
            Planning?.Validate();
            var faults = new OptionFaults();
            faults.Add(BatchSize < 1, $"{nameof(BatchSize)} is {BatchSize}; it must be at least 1.");
            faults.Add(
                Plan is not null && Planning is not null,
                $"{nameof(Plan)} and {nameof(Planning)} are given; leave out one of them."
            );
            faults.Add(
                Regions is not null && training.Loss is not null,
                $"{nameof(Regions)} and Training.Loss are given; regions have a loss of their own. Leave out one of them."
            );
            faults.Add(
                Regions is not null && PreviousStage is not null,
                $"{nameof(Regions)} and {nameof(PreviousStage)} are given; cascades take classes only. Leave out one of them."
            );
            faults.Add(
                PreviousLabelColumnName is not null && PreviousStage is null,
                $"{nameof(PreviousLabelColumnName)} is given without {nameof(PreviousStage)}, which scores new volumes."
            );
            MedicalSegmentation.PatchSize.AddFaults(faults, nameof(PatchSize), PatchSize);
            faults.AddAll((Network?.AllFaults() ?? []).Select(fault => $"{nameof(Network)}: {fault}"));
            faults.ThrowIfAny("planned training");
            if (Configuration is not null)
            {
                _ = Plan?.Configuration(Configuration);
            }
        }
    }
}
