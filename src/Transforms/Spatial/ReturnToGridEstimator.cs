using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>
/// Brings predictions made on a prepared grid back to the grid of the original image: the inverse of every spatial transform before it.
/// </summary>
/// <remarks>
/// Put it last, and keep the original image in a column of its own:
/// <c>LoadVolumes("Image") -> Reorient("Prepared", "Image") -> Resample("Prepared") -> segment -> ReturnToGrid("PredictedLabel",
/// originalColumnName: "Image")</c>. After reorienting, cropping and padding only, every voxel returns exactly; after resampling, positions
/// return exactly and values are interpolated. Voxels outside the prepared grid are background.
/// </remarks>
public sealed class ReturnToGridEstimator : VolumeEstimator
{
    internal const string Name = "ReturnToGrid";

    private readonly string _input;
    private readonly ReturnToGridSettings _settings;

    internal ReturnToGridEstimator(Options options)
        : base(Name, [options.InputColumnName ?? options.OutputColumnName, options.OriginalColumnName], [options.OutputColumnName])
    {
        _input = options.InputColumnName ?? options.OutputColumnName;
        _settings = new ReturnToGridSettings(options.BackgroundChannel, options.Resampling, options.LabelResampling).Validated();
    }

    /// <summary>Options of <see cref="ReturnToGridEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>The column of returned label volumes or volumes that is added. Default "PredictedLabel".</summary>
        public string OutputColumnName = "PredictedLabel";

        /// <summary>The column of label volumes, or of volumes such as probabilities. Default: the output column.</summary>
        public string? InputColumnName;

        /// <summary>The column of volumes as they were before preparation. Default "Image".</summary>
        public string OriginalColumnName = "Image";

        /// <summary>
        /// For volumes, the channel that is 1 outside the prepared grid while all others are 0, as probabilities need; null if all are 0,
        /// as for images. Default 0.
        /// </summary>
        public int? BackgroundChannel = 0;

        /// <summary>How volumes are brought to a grid that shares no lattice with theirs. Default linear.</summary>
        public ResamplingOptions Resampling = new();

        /// <summary>How labels are brought to a grid that shares no lattice with theirs. Default per class linear.</summary>
        public LabelResamplingOptions LabelResampling = new() { Interpolation = LabelInterpolation.PerClassLinear };
    }

    private protected override RowFunction MakeFunction(InputColumns columns)
        => columns.HoldsLabels(_input) ? new LabelReturn(_settings) : new VolumeReturn(_settings);
}

/// <summary>How predictions return.</summary>
internal sealed record ReturnToGridSettings(int? BackgroundChannel, ResamplingOptions Volumes, LabelResamplingOptions Labels)
    : ICheckedSettings
{
    /// <inheritdoc/>
    public void Validate()
    {
        var faults = new OptionFaults();
        faults.Add(BackgroundChannel < 0, $"BackgroundChannel is {BackgroundChannel}; use 0 or more, or leave it out.");
        faults.Add(
            Volumes.OutsideValue is not null,
            "OutsideValue is given; outside the prepared grid, the background channel is 1 and the others 0."
        );
        Volumes.AddFaults(faults);
        Labels.AddFaults(faults);
        faults.ThrowIfAny(ReturnToGridEstimator.Name);
    }
}

/// <summary>Returns the volume of a row.</summary>
internal sealed class VolumeReturn(ReturnToGridSettings settings)
    : SettingsFunction<ReferencedVolumeInput, VolumeOutput, ReturnToGridSettings>(settings, new ReturnToGridContract())
{
    public override void Apply(ReferencedVolumeInput input, VolumeOutput output)
        => output.Volume = input.Volume.ReturnToGrid(input.Reference, Settings.BackgroundChannel, Settings.Volumes);
}

/// <summary>Returns the label volume of a row.</summary>
internal sealed class LabelReturn(ReturnToGridSettings settings)
    : SettingsFunction<ReferencedLabelVolumeInput, LabelVolumeOutput, ReturnToGridSettings>(settings, new ReturnLabelsToGridContract())
{
    public override void Apply(ReferencedLabelVolumeInput input, LabelVolumeOutput output)
        => output.Labels = input.Labels.ReturnToGrid(input.Reference, Settings.Labels);
}

/// <summary>Version 1 of saved ReturnToGrid of volumes.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class ReturnToGridContract()
    : RowContract<ReferencedVolumeInput, VolumeOutput>(ContractName, state => new VolumeReturn(state.Read<ReturnToGridSettings>()))
{
    public const string ContractName = ZipStages.ContractPrefix + "ReturnToGrid/1";
}

/// <summary>Version 1 of saved ReturnToGrid of label volumes.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class ReturnLabelsToGridContract()
    : RowContract<ReferencedLabelVolumeInput, LabelVolumeOutput>(ContractName, state => new LabelReturn(state.Read<ReturnToGridSettings>()))
{
    public const string ContractName = ZipStages.ContractPrefix + "ReturnLabelsToGrid/1";
}
