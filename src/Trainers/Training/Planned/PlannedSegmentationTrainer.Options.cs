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
        /// <value>Default: null, <see cref="PlanningPreset.Default"/> on a GPU and <see cref="PlanningPreset.Processor"/> on a processor.</value>
        public PlanningOptions? Planning { get; init; }

        /// <summary>The configuration of the plan to train, such as "3d_fullres", "3d_lowres" or "2d".</summary>
        /// <value>Default: null, "3d_fullres", or "2d" where the cases are single slices or the network sees single slices alone.</value>
        public string? Configuration { get; init; }

        /// <summary>A network in place of the plan's U-Net; it takes spacing, patch and batch from the plan.</summary>
        /// <value>Default: null, the plan's U-Net.</value>
        public NetworkOptions? Network { get; init; }

        /// <summary>Patch in place of the plan's.</summary>
        /// <value>Voxels along the plan's axes. Default: null, the plan's, enlarged to what the network accepts.</value>
        public PatchSize? PatchSize { get; init; }

        /// <summary>Patches per step in place of the plan's.</summary>
        /// <value>At least 1. Default: null, the plan's.</value>
        public int? BatchSize { get; init; }

        /// <summary>Called with the plan before training begins.</summary>
        public Action<SegmentationPlan>? PlanCallback { get; init; }

        /// <summary>Columns, optimisation, augmentation, validation and the rest. Its Network, Sampling.PatchSize and Sampling.BatchSize are not read.</summary>
        /// <value>Default: null, <see cref="DefaultTraining"/>.</value>
        public SegmentationTrainer.Options? Training { get; init; }

        internal void Validate(SegmentationTrainer.Options training)
        {
            training.Validate();
            Planning?.Validate();
            var faults = new OptionFaults();
            faults.Add(BatchSize < 1, $"{nameof(BatchSize)} is {BatchSize}; it must be at least 1.");
            faults.Add(Plan is not null && Planning is not null, $"{nameof(Plan)} and {nameof(Planning)} are given; leave out one of them.");
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
