using System.Text.Json.Serialization;
using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>
/// Brings volumes or label volumes to one size around their centre; the geometry follows, so every voxel keeps its place in the patient.
/// </summary>
/// <remarks>
/// Sizes that shrink are cropped, sizes that grow are padded; where the difference is odd, the extra voxel is at the end.
/// The type of the input column decides whether it is treated as a volume or as labels, which are padded with background.
/// </remarks>
public sealed class CropOrPadEstimator : VolumeEstimator
{
    internal const string Name = "CropOrPad";

    private readonly Options _options;

    internal CropOrPadEstimator(Options options)
        : base(Name, [options.InputColumnName ?? options.OutputColumnName], [options.OutputColumnName]) => _options = options.Validated();

    /// <summary>Options of <see cref="CropOrPadEstimator"/>; what a model zip holds of it, apart from the columns.</summary>
    public sealed record Options : ICheckedSettings
    {
        /// <summary>The column of resized volumes or label volumes that is added.</summary>
        /// <value>Default: "Image".</value>
        [JsonIgnore]
        public string OutputColumnName { get; init; } = "Image";

        /// <summary>The column of volumes or label volumes.</summary>
        /// <value>Default: null, the output column.</value>
        [JsonIgnore]
        public string? InputColumnName { get; init; }

        /// <summary>Voxels along x.</summary>
        /// <value>At least 1. Default: null, the volume's own.</value>
        public int? Width { get; init; }

        /// <summary>Voxels along y.</summary>
        /// <value>At least 1. Default: null, the volume's own.</value>
        public int? Height { get; init; }

        /// <summary>Voxels along z.</summary>
        /// <value>At least 1. Default: null, the volume's own.</value>
        public int? Depth { get; init; }

        /// <summary>
        /// Value of added voxels, in the unit of the volume's values, such as -1024 HU for air. Labels are padded with 0 always.
        /// </summary>
        /// <value>Default: 0.</value>
        public double PadValue { get; init; }

        /// <summary>Checks all options together.</summary>
        /// <exception cref="ArgumentException">An option cannot be used; the message lists all faults.</exception>
        public void Validate()
        {
            var faults = new OptionFaults();
            faults.Add(Width is null && Height is null && Depth is null, "No size is given; set Width, Height or Depth.");
            faults.Add(Width < 1 || Height < 1 || Depth < 1, $"The size {Width} x {Height} x {Depth} has a side below 1.");
            faults.Add(!double.IsFinite(PadValue), $"PadValue is {PadValue}; it must be a finite number.");
            faults.ThrowIfAny(Name);
        }

        /// <summary>The window of a volume that has this size.</summary>
        internal VolumeRegion Window(VolumeShape shape)
            => Cropping.CentredWindow(shape, Width ?? shape.Width, Height ?? shape.Height, Depth ?? shape.Depth);
    }

    private protected override RowFunction MakeFunction(InputColumns columns) =>
        columns.HoldsLabels(_options.InputColumnName ?? _options.OutputColumnName)
            ? new LabelCropping(_options)
            : new VolumeCropping(_options);
}

/// <summary>Resizes the volume of a row.</summary>
internal sealed class VolumeCropping(CropOrPadEstimator.Options options)
    : SettingsFunction<VolumeInput, VolumeOutput, CropOrPadEstimator.Options>(options, new CropOrPadContract())
{
    public override void Apply(VolumeInput input, VolumeOutput output)
        => output.Volume = input.Volume.CropOrPad(Settings.Window(input.Volume.Shape), Settings.PadValue);
}

/// <summary>Resizes the label volume of a row.</summary>
internal sealed class LabelCropping(CropOrPadEstimator.Options options)
    : SettingsFunction<LabelVolumeInput, LabelVolumeOutput, CropOrPadEstimator.Options>(options, new CropOrPadLabelsContract())
{
    public override void Apply(LabelVolumeInput input, LabelVolumeOutput output)
        => output.Labels = input.Labels.CropOrPad(Settings.Window(input.Labels.Shape));
}

/// <summary>Version 1 of saved CropOrPad of volumes.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class CropOrPadContract()
    : RowContract<VolumeInput, VolumeOutput>(ContractName, state => new VolumeCropping(state.Read<CropOrPadEstimator.Options>()))
{
    public const string ContractName = ZipStages.ContractPrefix + "CropOrPad/1";
}

/// <summary>Version 1 of saved CropOrPad of label volumes.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class CropOrPadLabelsContract()
    : RowContract<LabelVolumeInput, LabelVolumeOutput>(ContractName, state => new LabelCropping(state.Read<CropOrPadEstimator.Options>()))
{
    public const string ContractName = ZipStages.ContractPrefix + "CropOrPadLabels/1";
}
