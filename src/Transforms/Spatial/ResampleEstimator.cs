using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Brings volumes or label volumes to one spacing over the same field of view.</summary>
/// <remarks>
/// Spacings belong to the volume's own x, y and z axes, so put <see cref="ReorientEstimator"/> before it where volumes lie differently.
/// Sizes become round(size * old spacing / new spacing) around the same centre. Volumes become single precision (unless
/// nearest), labels keep their type and are never blended. <see cref="ReturnToGridEstimator"/> brings predictions back.
/// </remarks>
public sealed class ResampleEstimator : VolumeEstimator
{
    internal const string Name = "Resample";

    private readonly string _input;
    private readonly ResampleSettings _settings;

    internal ResampleEstimator(Options options)
        : base(Name, [options.InputColumnName ?? options.OutputColumnName], [options.OutputColumnName])
    {
        _input = options.InputColumnName ?? options.OutputColumnName;
        _settings = new ResampleSettings(
            options.SpacingX,
            options.SpacingY,
            options.SpacingZ,
            options.Resampling,
            options.LabelResampling
        ).Validated();
    }

    /// <summary>Options of <see cref="ResampleEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>The column of resampled volumes or label volumes that is added. Default "Image".</summary>
        public string OutputColumnName = "Image";

        /// <summary>The column of volumes or label volumes. Default: the output column.</summary>
        public string? InputColumnName;

        /// <summary>Distance between voxels along x in mm, above 0. Default: the volume's own.</summary>
        public double? SpacingX;

        /// <summary>Distance between voxels along y in mm, above 0. Default: the volume's own.</summary>
        public double? SpacingY;

        /// <summary>Distance between voxels along z in mm, above 0. Default: the volume's own.</summary>
        public double? SpacingZ;

        /// <summary>How volumes are resampled. Default linear.</summary>
        public ResamplingOptions Resampling = new();

        /// <summary>How label volumes are resampled. Default the closest voxel.</summary>
        public LabelResamplingOptions LabelResampling = new();
    }

    private protected override RowFunction MakeFunction(InputColumns columns)
        => columns.HoldsLabels(_input) ? new LabelSpacing(_settings) : new VolumeSpacing(_settings);
}

/// <summary>The spacing to bring volumes to; null keeps an axis.</summary>
internal sealed record ResampleSettings(
    double? SpacingX,
    double? SpacingY,
    double? SpacingZ,
    ResamplingOptions Volumes,
    LabelResamplingOptions Labels
) : ICheckedSettings
{
    /// <inheritdoc/>
    public void Validate()
    {
        static bool Broken(double? spacing) => spacing is { } value && !(value > 0 && double.IsFinite(value));
        var faults = new OptionFaults();
        faults.Add(SpacingX is null && SpacingY is null && SpacingZ is null, "No spacing is given; set SpacingX, SpacingY or SpacingZ.");
        faults.Add(
            Broken(SpacingX) || Broken(SpacingY) || Broken(SpacingZ),
            $"The spacing is {SpacingX}, {SpacingY}, {SpacingZ} mm along x, y, z; each must be above 0.");
        Volumes.AddFaults(faults);
        Labels.AddFaults(faults);
        faults.ThrowIfAny(ResampleEstimator.Name);
    }

    /// <summary>The spacing for a volume.</summary>
    public Vector3D SpacingFor(VolumeGeometry geometry)
        => new(SpacingX ?? geometry.Spacing.X, SpacingY ?? geometry.Spacing.Y, SpacingZ ?? geometry.Spacing.Z);
}

/// <summary>Resamples the volume of a row to a spacing.</summary>
internal sealed class VolumeSpacing(ResampleSettings settings)
    : SettingsFunction<VolumeInput, VolumeOutput, ResampleSettings>(settings, new ResampleContract())
{
    public override void Apply(VolumeInput input, VolumeOutput output)
        => output.Volume = input.Volume.Resample(Settings.SpacingFor(input.Volume.Geometry), Settings.Volumes);
}

/// <summary>Resamples the label volume of a row to a spacing.</summary>
internal sealed class LabelSpacing(ResampleSettings settings)
    : SettingsFunction<LabelVolumeInput, LabelVolumeOutput, ResampleSettings>(settings, new ResampleLabelsContract())
{
    public override void Apply(LabelVolumeInput input, LabelVolumeOutput output)
        => output.Labels = input.Labels.Resample(Settings.SpacingFor(input.Labels.Geometry), Settings.Labels);
}

/// <summary>Version 1 of saved Resample of volumes.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class ResampleContract()
    : RowContract<VolumeInput, VolumeOutput>(ContractName, state => new VolumeSpacing(state.Read<ResampleSettings>()))
{
    public const string ContractName = ZipStages.ContractPrefix + "Resample/1";
}

/// <summary>Version 1 of saved Resample of label volumes.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class ResampleLabelsContract()
    : RowContract<LabelVolumeInput, LabelVolumeOutput>(ContractName, state => new LabelSpacing(state.Read<ResampleSettings>()))
{
    public const string ContractName = ZipStages.ContractPrefix + "ResampleLabels/1";
}
