using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.MedicalSegmentation.Spatial;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>
/// Crops volumes or label volumes to the smallest block around a volume's foreground: the values above a threshold in any channel.
/// </summary>
/// <remarks>
/// The foreground is that of the column itself, or of another column of volumes on the same grid, so that an image and its labels are
/// cropped alike. A volume without foreground stays whole. The geometry follows, so every voxel keeps its place in the patient;
/// <see cref="ReturnToGridEstimator"/> brings predictions back exactly.
/// </remarks>
public sealed class CropForegroundEstimator : VolumeEstimator
{
    internal const string Name = "CropForeground";

    private readonly string _input;
    private readonly CropForegroundSettings _settings;

    internal CropForegroundEstimator(Options options)
        : base(Name, InputsOf(options), [options.OutputColumnName])
    {
        _input = options.InputColumnName ?? options.OutputColumnName;
        _settings = new CropForegroundSettings(options.Threshold, new(options.Margin, options.MarginInMillimetres)).Validated();
    }

    /// <summary>Options of <see cref="CropForegroundEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>The column of cropped volumes or label volumes that is added. Default "Image".</summary>
        public string OutputColumnName = "Image";

        /// <summary>The column of volumes or label volumes. Default: the output column.</summary>
        public string? InputColumnName;

        /// <summary>The column of volumes whose foreground is looked at. Default: the input column. Required for labels.</summary>
        public string? WindowColumnName;

        /// <summary>Values above it are foreground, in the unit of the volume's values. Default 0.</summary>
        public double Threshold;

        /// <summary>Voxels left on every side of the foreground, 0 or more, as far as the volume reaches. Default 0.</summary>
        public int Margin;

        /// <summary>Millimetres left on every side, 0 or more, rounded up to voxels and added to <see cref="Margin"/>. Default 0.</summary>
        public double MarginInMillimetres;
    }

    private protected override RowFunction MakeFunction(InputColumns columns)
        => columns.HoldsLabels(_input) ? new LabelForegroundCropping(_settings) : new VolumeForegroundCropping(_settings);

    private static string[] InputsOf(Options options)
    {
        var input = options.InputColumnName ?? options.OutputColumnName;
        return [input, options.WindowColumnName ?? input];
    }
}

/// <summary>What the foreground is and what is left around it.</summary>
internal sealed record CropForegroundSettings(double Threshold, CropMargin Margin) : ICheckedSettings
{
    /// <inheritdoc/>
    public void Validate()
    {
        var faults = new OptionFaults();
        faults.Add(!double.IsFinite(Threshold), $"Threshold is {Threshold}; it must be a finite number.");
        Margin.AddFaults(faults);
        faults.ThrowIfAny(CropForegroundEstimator.Name);
    }

    /// <summary>The window of a volume's foreground, to be applied to another on its grid.</summary>
    public VolumeRegion Window(Volume cropped, Volume source)
    {
        CropWindow.RequireSameGrid(CropForegroundEstimator.Name, cropped, source, "the volume");
        return source.BoundingWindow(Threshold) is { } window ? Margin.Around(window, source) : VolumeRegion.All(source.Shape);
    }
}

/// <summary>Crops the volume of a row to a foreground.</summary>
internal sealed class VolumeForegroundCropping(CropForegroundSettings settings)
    : SettingsFunction<ReferencedVolumeInput, VolumeOutput, CropForegroundSettings>(settings, new CropForegroundContract())
{
    public override void Apply(ReferencedVolumeInput input, VolumeOutput output)
        => output.Volume = input.Volume.CropOrPad(Settings.Window(input.Volume, input.Reference));
}

/// <summary>Crops the label volume of a row to a volume's foreground.</summary>
internal sealed class LabelForegroundCropping(CropForegroundSettings settings)
    : SettingsFunction<ReferencedLabelVolumeInput, LabelVolumeOutput, CropForegroundSettings>(settings, new CropForegroundLabelsContract())
{
    public override void Apply(ReferencedLabelVolumeInput input, LabelVolumeOutput output)
        => output.Labels = input.Labels.CropOrPad(Settings.Window(input.Labels.Voxels, input.Reference));
}

/// <summary>Version 1 of saved CropForeground of volumes.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class CropForegroundContract()
    : RowContract<ReferencedVolumeInput, VolumeOutput>(
        ContractName,
        state => new VolumeForegroundCropping(state.Read<CropForegroundSettings>())
    )
{
    public const string ContractName = ZipStages.ContractPrefix + "CropForeground/1";
}

/// <summary>Version 1 of saved CropForeground of label volumes.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class CropForegroundLabelsContract()
    : RowContract<ReferencedLabelVolumeInput, LabelVolumeOutput>(
        ContractName,
        state => new LabelForegroundCropping(state.Read<CropForegroundSettings>())
    )
{
    public const string ContractName = ZipStages.ContractPrefix + "CropForegroundLabels/1";
}
