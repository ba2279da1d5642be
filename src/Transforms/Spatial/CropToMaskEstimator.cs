using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.MedicalSegmentation.Spatial;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>What becomes of a row whose mask has no voxel above 0.</summary>
public enum EmptyMaskRule
{
    /// <summary>It is an error; the message gives the facts of the row.</summary>
    Refuse,

    /// <summary>The volume stays whole.</summary>
    KeepWhole,
}

/// <summary>Crops volumes or label volumes to the smallest block around a mask: the voxels of a label volume that are above 0.</summary>
/// <remarks>
/// The mask lies on the grid of what is cropped; it may be the cropped column itself. The geometry follows, so every voxel keeps its
/// place in the patient; <see cref="ReturnToGridEstimator"/> brings predictions back exactly.
/// </remarks>
public sealed class CropToMaskEstimator : VolumeEstimator
{
    internal const string Name = "CropToMask";

    private readonly string _input;
    private readonly CropToMaskSettings _settings;

    internal CropToMaskEstimator(Options options)
        : base(Name, [options.InputColumnName ?? options.OutputColumnName, options.MaskColumnName], [options.OutputColumnName])
    {
        _input = options.InputColumnName ?? options.OutputColumnName;
        _settings = new CropToMaskSettings(new(options.Margin, options.MarginInMillimetres), options.EmptyMask).Validated();
    }

    /// <summary>Options of <see cref="CropToMaskEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>The column of cropped volumes or label volumes that is added. Default "Image".</summary>
        public string OutputColumnName = "Image";

        /// <summary>The column of volumes or label volumes. Default: the output column.</summary>
        public string? InputColumnName;

        /// <summary>The column of label volumes whose voxels above 0 are the mask. Default "Label".</summary>
        public string MaskColumnName = "Label";

        /// <summary>Voxels left on every side of the mask, 0 or more, as far as the volume reaches. Default 0.</summary>
        public int Margin;

        /// <summary>Millimetres left on every side, 0 or more, rounded up to voxels and added to <see cref="Margin"/>. Default 0.</summary>
        public double MarginInMillimetres;

        /// <summary>What becomes of a row whose mask is empty. Default <see cref="EmptyMaskRule.Refuse"/>.</summary>
        public EmptyMaskRule EmptyMask;
    }

    private protected override RowFunction MakeFunction(InputColumns columns)
        => columns.HoldsLabels(_input) ? new LabelMaskCropping(_settings) : new VolumeMaskCropping(_settings);
}

/// <summary>What is left around a mask, and what becomes of an empty one.</summary>
internal sealed record CropToMaskSettings(CropMargin Margin, EmptyMaskRule EmptyMask) : ICheckedSettings
{
    /// <inheritdoc/>
    public void Validate()
    {
        var faults = new OptionFaults();
        Margin.AddFaults(faults);
        faults.Add(!Enum.IsDefined(EmptyMask), $"EmptyMask is {EmptyMask}; use {string.Join(", ", Enum.GetNames<EmptyMaskRule>())}.");
        faults.ThrowIfAny(CropToMaskEstimator.Name);
    }

    /// <summary>The window of a mask, to be applied to a volume on its grid.</summary>
    public VolumeRegion Window(Volume cropped, LabelVolume mask)
    {
        CropWindow.RequireSameGrid(CropToMaskEstimator.Name, cropped, mask.Voxels, "the mask");
        if (mask.MaskWindow() is { } window)
        {
            return Margin.Around(window, mask.Voxels);
        }

        return EmptyMask == EmptyMaskRule.KeepWhole
            ? VolumeRegion.All(cropped.Shape)
            : throw new InputDataException(
                $"The mask {mask.Voxels.NameInErrors} ({mask.Shape}; {mask.Geometry}) has no voxel above 0, so there is nothing to "
                    + $"crop {cropped.NameInErrors} to. Leave the case out, or set EmptyMask to KeepWhole."
            );
    }
}

/// <summary>Crops the volume of a row to its mask.</summary>
internal sealed class VolumeMaskCropping(CropToMaskSettings settings)
    : SettingsFunction<MaskedVolumeInput, VolumeOutput, CropToMaskSettings>(settings, new CropToMaskContract())
{
    public override void Apply(MaskedVolumeInput input, VolumeOutput output)
        => output.Volume = input.Volume.CropOrPad(Settings.Window(input.Volume, input.Mask));
}

/// <summary>Crops the label volume of a row to its mask.</summary>
internal sealed class LabelMaskCropping(CropToMaskSettings settings)
    : SettingsFunction<MaskedLabelVolumeInput, LabelVolumeOutput, CropToMaskSettings>(settings, new CropToMaskLabelsContract())
{
    public override void Apply(MaskedLabelVolumeInput input, LabelVolumeOutput output)
        => output.Labels = input.Labels.CropOrPad(Settings.Window(input.Labels.Voxels, input.Mask));
}

/// <summary>Version 1 of saved CropToMask of volumes.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class CropToMaskContract()
    : RowContract<MaskedVolumeInput, VolumeOutput>(ContractName, state => new VolumeMaskCropping(state.Read<CropToMaskSettings>()))
{
    public const string ContractName = ZipStages.ContractPrefix + "CropToMask/1";
}

/// <summary>Version 1 of saved CropToMask of label volumes.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class CropToMaskLabelsContract()
    : RowContract<MaskedLabelVolumeInput, LabelVolumeOutput>(ContractName, state => new LabelMaskCropping(state.Read<CropToMaskSettings>()))
{
    public const string ContractName = ZipStages.ContractPrefix + "CropToMaskLabels/1";
}
