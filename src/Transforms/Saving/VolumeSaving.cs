using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation.Saving;

/// <summary>Where files are written, and how they are named.</summary>
internal sealed record SaveVolumesSettings(string Folder, string FileName, DicomAlgorithm? Algorithm = null)
{
    /// <summary>The template; fails where an option cannot be used.</summary>
    public FileNameTemplate ParseTemplate()
    {
        var faults = new OptionFaults();
        faults.Add(string.IsNullOrWhiteSpace(Folder), "Folder is empty; name a folder, or '.' for the current directory.");
        var template = FileNameTemplate.Parse(FileName, faults);
        faults.ThrowIfAny(SaveVolumesEstimator.Name);
        return template;
    }

    /// <summary>The state of a model zip, which must not say where on another machine to write.</summary>
    public SavedState ToState()
        => FileNameTemplate.IsRelative(Folder)
            ? SavedState.Of(this)
            : throw new NotSupportedException(
                $"SaveVolumes writes to '{Folder}', which a saved model must not decide for other machines. Give a relative folder, "
                    + "or save the model without this transform and append it after loading."
            );

    /// <summary>The settings of a model zip.</summary>
    /// <exception cref="ArgumentException">They would write outside the current directory.</exception>
    public static SaveVolumesSettings FromState(SavedState state)
    {
        var settings = state.Read<SaveVolumesSettings>();
        return FileNameTemplate.IsRelative(settings.Folder)
            ? settings
            : throw new ArgumentException($"SaveVolumes would write to '{settings.Folder}', outside the current directory.");
    }

    /// <summary>The full path for the values of a row.</summary>
    public string PathFor(FileNameTemplate template, IReadOnlyList<string> values) =>
        Path.GetFullPath(Path.Combine(Folder, template.Fill(values)));
}

/// <summary>Writes the volume of a row.</summary>
internal sealed class VolumeSaving(SaveVolumesSettings settings) : RowFunction<VolumeAndTextsInput, TextOutput>(new SaveVolumesContract())
{
    private readonly FileNameTemplate _template = settings.ParseTemplate();
    private readonly SavedPaths _saved = new();

    public override void Apply(VolumeAndTextsInput input, TextOutput output)
    {
        var values = input.ToStrings();
        var path = settings.PathFor(_template, values);
        _saved.Claim(path, values, input.Volume.Header?.Source);
        VolumeFormats.Save(input.Volume, path);
        output.Text = path.AsMemory();
    }

    public override SavedState ToState() => settings.ToState();
}

/// <summary>Writes the label volume of a row.</summary>
internal sealed class LabelVolumeSaving(SaveVolumesSettings settings)
    : RowFunction<LabelVolumeAndTextsInput, TextOutput>(new SaveLabelVolumesContract())
{
    private readonly FileNameTemplate _template = settings.ParseTemplate();
    private readonly SavedPaths _saved = new();

    public override void Apply(LabelVolumeAndTextsInput input, TextOutput output)
    {
        var values = input.ToStrings();
        var path = settings.PathFor(_template, values);
        _saved.Claim(path, values, input.Labels.Voxels.Header?.Source);
        if (DicomLabelFiles.IsDicom(path))
        {
            DicomLabelFiles.Save(input.Labels, path, settings.Algorithm);
        }
        else
        {
            VolumeFormats.Save(input.Labels, path);
        }

        output.Text = path.AsMemory();
    }

    public override SavedState ToState() => settings.ToState();
}

/// <summary>Version 1 of saved SaveVolumes of volumes.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class SaveVolumesContract()
    : RowContract<VolumeAndTextsInput, TextOutput>(ContractName, state => new VolumeSaving(SaveVolumesSettings.FromState(state)))
{
    public const string ContractName = ZipStages.ContractPrefix + "SaveVolumes/1";
}

/// <summary>Version 1 of saved SaveVolumes of label volumes.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class SaveLabelVolumesContract()
    : RowContract<LabelVolumeAndTextsInput, TextOutput>(ContractName, state => new LabelVolumeSaving(SaveVolumesSettings.FromState(state)))
{
    public const string ContractName = ZipStages.ContractPrefix + "SaveLabelVolumes/1";
}
