using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>
/// Adds voxels around volumes or label volumes, never takes any away; the geometry follows, so every voxel keeps its place in the patient.
/// </summary>
/// <remarks>
/// First a border is added on both sides, then each side is brought to its least size, then to a multiple of a number, evenly on both
/// ends; an odd voxel goes to the end. Labels are padded with background. <see cref="ReturnToGridEstimator"/> brings predictions back
/// exactly.
/// </remarks>
public sealed class PadEstimator : VolumeEstimator
{
    internal const string Name = "Pad";

    private readonly string _input;
    private readonly PadSettings _settings;

    internal PadEstimator(Options options)
        : base(Name, [options.InputColumnName ?? options.OutputColumnName], [options.OutputColumnName])
    {
        _input = options.InputColumnName ?? options.OutputColumnName;
        _settings = new PadSettings(
            new(options.BorderX, options.MinimumWidth, options.DivisibleBy),
            new(options.BorderY, options.MinimumHeight, options.DivisibleBy),
            new(options.BorderZ, options.MinimumDepth, options.DivisibleBy),
            options.PadValue).Validated();
    }

    /// <summary>Options of <see cref="PadEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>The column of padded volumes or label volumes that is added. Default "Image".</summary>
        public string OutputColumnName = "Image";

        /// <summary>The column of volumes or label volumes. Default: the output column.</summary>
        public string? InputColumnName;

        /// <summary>Voxels added on both ends along x, 0 or more. Default 0.</summary>
        public int BorderX;

        /// <summary>Voxels added on both ends along y, 0 or more. Default 0.</summary>
        public int BorderY;

        /// <summary>Voxels added on both ends along z, 0 or more. Default 0.</summary>
        public int BorderZ;

        /// <summary>Least voxels along x, such as the patch of a network. Default 1.</summary>
        public int MinimumWidth = 1;

        /// <summary>Least voxels along y. Default 1.</summary>
        public int MinimumHeight = 1;

        /// <summary>Least voxels along z. Default 1.</summary>
        public int MinimumDepth = 1;

        /// <summary>Every side becomes a multiple of it, as networks with pooling need. Default 1.</summary>
        public int DivisibleBy = 1;

        /// <summary>
        /// Value of added voxels, in the unit of the volume's values, such as -1024 HU for air. Default 0. Labels are padded with 0 always.
        /// </summary>
        public double PadValue;
    }

    private protected override RowFunction MakeFunction(InputColumns columns)
        => columns.HoldsLabels(_input) ? new LabelPadding(_settings) : new VolumePadding(_settings);
}

/// <summary>What is added along one axis.</summary>
internal sealed record PadAxis(int Border, int Minimum, int DivisibleBy)
{
    public void AddFaults(OptionFaults faults, string axis)
    {
        faults.Add(Border < 0, $"Border{axis} is {Border}; use 0 or more.");
        faults.Add(Minimum < 1, $"The least size along {axis} is {Minimum}; use 1 or more.");
    }

    /// <summary>The first voxel, 0 or below, and the size.</summary>
    public (int First, int Size) Window(int size)
    {
        var wanted = Math.Max((long)size + (2L * Border), Minimum);
        wanted += (DivisibleBy - (wanted % DivisibleBy)) % DivisibleBy;
        return (-(int)((wanted - size) / 2), checked((int)wanted));
    }
}

/// <summary>What is added along every axis.</summary>
internal sealed record PadSettings(PadAxis X, PadAxis Y, PadAxis Z, double PadValue) : ICheckedSettings
{
    /// <inheritdoc/>
    public void Validate()
    {
        var faults = new OptionFaults();
        X.AddFaults(faults, nameof(X));
        Y.AddFaults(faults, nameof(Y));
        Z.AddFaults(faults, nameof(Z));
        faults.Add(X.DivisibleBy < 1 || Y.DivisibleBy < 1 || Z.DivisibleBy < 1, $"DivisibleBy is {X.DivisibleBy}; use 1 or more.");
        faults.Add(!double.IsFinite(PadValue), $"PadValue is {PadValue}; it must be a finite number.");
        faults.ThrowIfAny(PadEstimator.Name);
    }

    /// <summary>The window of a volume that has the added voxels.</summary>
    public VolumeRegion Window(VolumeShape shape)
    {
        var ((x, width), (y, height), (z, depth)) = (X.Window(shape.Width), Y.Window(shape.Height), Z.Window(shape.Depth));
        return new(x, y, z, width, height, depth);
    }
}

/// <summary>Pads the volume of a row.</summary>
internal sealed class VolumePadding(PadSettings settings)
    : SettingsFunction<VolumeInput, VolumeOutput, PadSettings>(settings, new PadContract())
{
    public override void Apply(VolumeInput input, VolumeOutput output)
        => output.Volume = input.Volume.CropOrPad(Settings.Window(input.Volume.Shape), Settings.PadValue);
}

/// <summary>Pads the label volume of a row.</summary>
internal sealed class LabelPadding(PadSettings settings)
    : SettingsFunction<LabelVolumeInput, LabelVolumeOutput, PadSettings>(settings, new PadLabelsContract())
{
    public override void Apply(LabelVolumeInput input, LabelVolumeOutput output)
        => output.Labels = input.Labels.CropOrPad(Settings.Window(input.Labels.Shape));
}

/// <summary>Version 1 of saved Pad of volumes.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class PadContract()
    : RowContract<VolumeInput, VolumeOutput>(ContractName, state => new VolumePadding(state.Read<PadSettings>()))
{
    public const string ContractName = ZipStages.ContractPrefix + "Pad/1";
}

/// <summary>Version 1 of saved Pad of label volumes.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class PadLabelsContract()
    : RowContract<LabelVolumeInput, LabelVolumeOutput>(ContractName, state => new LabelPadding(state.Read<PadSettings>()))
{
    public const string ContractName = ZipStages.ContractPrefix + "PadLabels/1";
}
