using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation.Images;

/// <summary>How pictures of one size become volumes.</summary>
internal sealed record SizedImageReadingSettings(ImageReadingSettings Reading, int Height, int Width) : ICheckedSettings
{
    /// <inheritdoc/>
    public void Validate()
    {
        Reading.Validate();
        var faults = new OptionFaults();
        faults.Add(
            Height < 1 || Width < 1 || (long)Height * Width > Array.MaxLength / 4,
            $"The column is of pictures of {Width} x {Height} pixels; it must be at least 1 and at most {Array.MaxLength / 4} pixels.");
        faults.ThrowIfAny(ConvertToVolumeEstimator.Name);
    }
}

/// <summary>Makes volumes of the pictures of a column whose type names their size.</summary>
/// <remarks>
/// ML.NET fills a row class from such a column only where an attribute names the same size, and a class has one attribute for
/// all models. So the saved chain has ML.NET's ExtractPixels first, which takes pictures of any one size.
/// </remarks>
internal sealed class SizedImageReading(SizedImageReadingSettings settings)
    : SettingsFunction<SizedImageInput, VolumeOutput, SizedImageReadingSettings>(settings, new ConvertToVolumeOfSizeContract())
{
    private readonly ColumnKind _pictures = ColumnKind.ImageOf(settings.Height, settings.Width);

    public override ColumnKind InputKind(int input) => _pictures;

    public override void Apply(SizedImageInput input, VolumeOutput output)
    {
        // A column is checked when the transformer is bound; one of a loaded model, which ML.NET binds, is known by its pixels alone.
        var count = input.ToPixels().Count;
        output.Volume =
            count == Settings.Height * Settings.Width
                ? Settings.Reading.Read(input, Settings.Height, Settings.Width)
                : throw new InputDataException(
                    $"A picture has {count} pixels. This {ConvertToVolumeEstimator.Name} was fitted on pictures of {Settings.Width} "
                        + $"x {Settings.Height} (width x height): bring pictures to that size by ML.NET's ResizeImages, or fit it again."
                );
    }
}

/// <summary>Version 1 of saved ConvertToVolume of pictures of one size.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class ConvertToVolumeOfSizeContract()
    : RowContract<SizedImageInput, VolumeOutput>(ContractName, state => new SizedImageReading(state.Read<SizedImageReadingSettings>()))
{
    public const string ContractName = ZipStages.ContractPrefix + "ConvertToVolumeOfSize/1";
}
