using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Brings volumes or label volumes to one size around their centre; the geometry follows, so every voxel keeps its place in the patient.</summary>
/// <remarks>
/// Sizes that shrink are cropped, sizes that grow are padded; where the difference is odd, the extra voxel is at the end.
/// The type of the input column decides whether it is treated as a volume or as labels, which are padded with background.
/// </remarks>
public sealed class CropOrPadEstimator : VolumeEstimator
{
    internal const string Name = "CropOrPad";

    private readonly string _input;
    private readonly CropOrPadSettings _settings;

    internal CropOrPadEstimator(Options options)
        : base(Name, [options.InputColumnName ?? options.OutputColumnName], [options.OutputColumnName])
    {
        _input = options.InputColumnName ?? options.OutputColumnName;
        _settings = new(options.Width, options.Height, options.Depth, options.PadValue);
        _settings.Validate();
    }

    /// <summary>Options of <see cref="CropOrPadEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>The column of resized volumes or label volumes that is added. Default "Image".</summary>
        public string OutputColumnName = "Image";

        /// <summary>The column of volumes or label volumes. Default: the output column.</summary>
        public string? InputColumnName;

        /// <summary>Voxels along x, at least 1. Default: the volume's own.</summary>
        public int? Width;

        /// <summary>Voxels along y, at least 1. Default: the volume's own.</summary>
        public int? Height;

        /// <summary>Voxels along z, at least 1. Default: the volume's own.</summary>
        public int? Depth;

        /// <summary>Value of added voxels, in the unit of the volume's values, such as -1024 HU for air. Default 0. Labels are padded with 0 always.</summary>
        public double PadValue;
    }

    private protected override RowFunction MakeFunction(InputColumns columns)
        => columns.HoldsLabels(_input) ? new LabelCropping(_settings) : new VolumeCropping(_settings);
}

/// <summary>The size to bring volumes to; null keeps a side.</summary>
internal sealed record CropOrPadSettings(int? Width, int? Height, int? Depth, double PadValue) : ICheckedSettings
{
    /// <summary>Fails for sizes that no volume has.</summary>
    public void Validate()
    {
        var faults = new OptionFaults();
        faults.Add(Width is null && Height is null && Depth is null, "No size is given; set Width, Height or Depth.");
        faults.Add(Width < 1 || Height < 1 || Depth < 1, $"The size {Width} x {Height} x {Depth} has a side below 1.");
        faults.Add(!double.IsFinite(PadValue), $"PadValue is {PadValue}; it must be a finite number.");
        faults.ThrowIfAny(CropOrPadEstimator.Name);
    }

    /// <summary>The window of a volume that has this size.</summary>
    public VolumeRegion Window(VolumeShape shape)
        => Cropping.CentredWindow(shape, Width ?? shape.Width, Height ?? shape.Height, Depth ?? shape.Depth);
}

/// <summary>Resizes the volume of a row.</summary>
internal sealed class VolumeCropping(CropOrPadSettings settings)
    : SettingsFunction<VolumeInput, VolumeOutput, CropOrPadSettings>(settings, new CropOrPadContract())
{
    public override void Apply(VolumeInput input, VolumeOutput output)
        => output.Volume = input.Volume.CropOrPad(Settings.Window(input.Volume.Shape), Settings.PadValue);
}

/// <summary>Resizes the label volume of a row.</summary>
internal sealed class LabelCropping(CropOrPadSettings settings)
    : SettingsFunction<LabelVolumeInput, LabelVolumeOutput, CropOrPadSettings>(settings, new CropOrPadLabelsContract())
{
    public override void Apply(LabelVolumeInput input, LabelVolumeOutput output)
        => output.Labels = input.Labels.CropOrPad(Settings.Window(input.Labels.Shape));
}

/// <summary>Version 1 of saved CropOrPad of volumes.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class CropOrPadContract() : RowContract<VolumeInput, VolumeOutput>(ContractName, state => new VolumeCropping(state.Read<CropOrPadSettings>()))
{
    public const string ContractName = ZipStages.ContractPrefix + "CropOrPad/1";
}

/// <summary>Version 1 of saved CropOrPad of label volumes.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class CropOrPadLabelsContract() : RowContract<LabelVolumeInput, LabelVolumeOutput>(ContractName, state => new LabelCropping(state.Read<CropOrPadSettings>()))
{
    public const string ContractName = ZipStages.ContractPrefix + "CropOrPadLabels/1";
}
