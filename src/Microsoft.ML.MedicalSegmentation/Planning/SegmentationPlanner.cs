namespace Microsoft.ML.MedicalSegmentation.Planning;

/// <summary>Plans trainings by nnU-Net's rules.</summary>
internal static class SegmentationPlanner
{
    private static readonly string[] PictureEndings = [".png", ".bmp", ".tif"];

    // nnU-Net ignores the name of any other, "None" among them.
    private static readonly string[] Readers =
        ["NaturalImage2DIO", "SimpleITKIO", "SimpleITKIOWithReorient", "Tiff3DIO", "NibabelIO", "NibabelIOWithReorient"];

    /// <summary>Plans every configuration that suits a data set.</summary>
    /// <param name="fingerprint">Sizes, spacings and intensities.</param>
    /// <param name="dataset">Channels and labels.</param>
    /// <param name="options">Preset, memory and spacing.</param>
    /// <exception cref="ArgumentException">
    /// The fingerprint, the description or the options cannot be planned from; names every fault.
    /// </exception>
    public static SegmentationPlan Plan(PlanningFingerprint fingerprint, PlanningDataset dataset, PlanningOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(fingerprint);
        ArgumentNullException.ThrowIfNull(dataset);
        options ??= PlanningOptions.Default;
        options.Validate();
        List<string> faults = [.. fingerprint.Faults(), .. dataset.Faults()];
        if (faults.Count > 0)
        {
            throw new ArgumentException(
                $"The data set '{dataset.Name}' cannot be planned. {string.Join(" ", faults)}",
                nameof(fingerprint)
            );
        }

        return new Planning(fingerprint, dataset, options).Run();
    }

    private sealed class Planning(PlanningFingerprint fingerprint, PlanningDataset dataset, PlanningOptions options)
    {
        private readonly List<PlanDecision> _decisions = [];
        private readonly PlanningPreset _preset = options.Preset;
        private readonly string _plansName = options.PlansName ?? options.Preset.PlansName;
        private readonly double _memory = options.MemoryGigabytes ?? options.Preset.MemoryGigabytes;

        public SegmentationPlan Run()
        {
            var full = FullResolution.Of(fingerprint, options.Spacing, _decisions);
            var normalization = NormalizationRule.Choose(dataset.ChannelNames, fingerprint.MedianRelativeSize, _decisions);
            var voxels = full.MedianShape.Aggregate(1.0, (product, side) => product * side);
            List<PlannedConfiguration> configurations =
            [
                Configure(
                    "2d",
                    full.Spacing[1..],
                    full.MedianShape[1..],
                    PlanPatch(full.Spacing[1..], full.MedianShape[1..], voxels),
                    normalization
                ) with
                {
                    BatchDice = true,
                },
            ];
            if (full.MedianShape[0] == 1)
            {
                _decisions.Add(new(null, "configurations", "2d", "The cases are single slices."));
            }
            else
            {
                configurations.AddRange(ConfigureVolumes(full, voxels, normalization));
            }

            _decisions.Insert(
                0,
                new(
                    null,
                    "preset",
                    _preset.Name,
                    $"{(_preset.IsResidual ? "U-Net with a residual encoder" : "Plain U-Net")} for {_memory:0.##} GB "
                        + $"({(options.MemoryGigabytes is null ? "the preset's own" : "given with the options")})."
                )
            );
            return new()
            {
                Dataset = dataset.Name,
                PlansName = _plansName,
                Planner = _preset.Planner,
                Reader = dataset.OverwriteReader is { } named && Readers.Contains(named)
                    ? named
                    : ReaderOf(dataset.FileEnding, full.MedianShape[0] == 1),
                MedianSpacing = Transpose(FullResolution.Medians(fingerprint.Spacings), full.Forward),
                MedianShape =
                [
                    .. Transpose(FullResolution.Medians(fingerprint.CroppedShapes), full.Forward).Select(size => (int)Math.Round(size)),
                ],
                TransposeForward = full.Forward,
                TransposeBackward = full.Backward,
                Configurations = configurations,
                ForegroundIntensities = fingerprint.ForegroundIntensities,
                Decisions = _decisions,
            };
        }

        private IEnumerable<PlannedConfiguration> ConfigureVolumes(
            FullResolution full,
            double voxels,
            IReadOnlyList<ChannelNormalization> normalization
        )
        {
            var patch = PlanPatch(full.Spacing, full.MedianShape, voxels);
            var fullResolution = Configure("3d_fullres", full.Spacing, full.MedianShape, patch, normalization);
            if (LowResolution.Find(full, patch.Stages.Patch, PlanPatch, _decisions) is not { } low)
            {
                return [fullResolution];
            }

            _decisions.Add(
                new(
                    "3d_cascade_fullres",
                    "previous stage",
                    "3d_lowres",
                    "Refines the labels of the low resolution at full resolution; they are further input channels."
                )
            );
            fullResolution = fullResolution with { BatchDice = true };
            return
            [
                Configure("3d_lowres", low.Spacing, low.Median, low.Plan, normalization) with { NextStage = "3d_cascade_fullres" },
                fullResolution,
                fullResolution with { Name = "3d_cascade_fullres", InheritsFrom = "3d_fullres", PreviousStage = "3d_lowres" },
            ];
        }

        private PatchPlan PlanPatch(double[] spacing, double[] median, double medianVoxels)
            => PatchPlan.For(spacing, median, medianVoxels * dataset.TrainingCases, dataset.Labels.Count, _preset, _memory);

        private PlannedConfiguration Configure(
            string name, double[] spacing, double[] median, PatchPlan patch, IReadOnlyList<ChannelNormalization> normalization)
        {
            var stages = patch.Stages;
            var dims = spacing.Length;
            _decisions.Add(new(name, "patch size", FullResolution.Text(stages.Patch.Select(side => (double)side)), patch.PatchReason));
            _decisions.Add(
                new(
                    name,
                    "strides",
                    string.Join(", ", stages.Strides.Select(stride => FullResolution.Text(stride.Select(step => (double)step)))),
                    "A stage halves the axes that have 8 voxels or more and are less than twice as coarse as the finest of them; an "
                        + "axis alone needs 12. Kernels are 1 along an axis until it is less than twice as coarse as the finest."
                )
            );
            _decisions.Add(new(name, "batch size", $"{patch.BatchSize}", patch.BatchReason));
            return new()
            {
                Name = name,
                DataIdentifier =
                    $"{(_preset.IsResidual && (name is "2d" or "3d_fullres") ? PlanningPreset.Default.PlansName : _plansName)}_{name}",
                BatchSize = patch.BatchSize,
                PatchSize = stages.Patch,
                MedianShape = median,
                Spacing = spacing,
                Normalization = normalization,
                Network = new()
                {
                    SpatialDims = dims,
                    IsResidual = _preset.IsResidual,
                    Features =
                    [
                        .. Enumerable.Range(0, stages.Strides.Length).Select(stage => MemoryEstimate.Features(_preset.Width, stage, dims)),
                    ],
                    Kernels = stages.Kernels,
                    Strides = stages.Strides,
                    EncoderBlocks =
                    [
                        .. Enumerable
                            .Range(0, stages.Strides.Length)
                            .Select(stage => MemoryEstimate.EncoderBlocks(_preset.IsResidual, stage)),
                    ],
                    DecoderConvolutions =
                    [
                        .. Enumerable.Repeat(MemoryEstimate.DecoderConvolutions(_preset.IsResidual), stages.Strides.Length - 1),
                    ],
                },
            };
        }

        private static double[] Transpose(double[] values, int[] forward) => Array.ConvertAll(forward, axis => values[axis]);

        // The first of nnU-Net's readers that claims the ending.
        private static string ReaderOf(string ending, bool isPicture)
            => PictureEndings.Contains(ending, StringComparer.OrdinalIgnoreCase)
                && (isPicture || !ending.Equals(".tif", StringComparison.OrdinalIgnoreCase))
                ? "NaturalImage2DIO"
                : ending.StartsWith(".tif", StringComparison.OrdinalIgnoreCase) ? "Tiff3DIO"
                : ending.Equals(".nii", StringComparison.OrdinalIgnoreCase) ? "NibabelIO"
                : "SimpleITKIO";
    }
}
