using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation.Images;

/// <summary>Makes volumes of pictures of any size.</summary>
internal sealed class ImageReading(ImageReadingSettings settings)
    : SettingsFunction<ImageInput, VolumeOutput, ImageReadingSettings>(settings, new ConvertToVolumeContract())
{
    public override void Apply(ImageInput input, VolumeOutput output)
        => output.Volume = Settings.Read(input, input.Image.Height, input.Image.Width);
}

/// <summary>Version 1 of saved ConvertToVolume.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class ConvertToVolumeContract()
    : RowContract<ImageInput, VolumeOutput>(ContractName, state => new ImageReading(state.Read<ImageReadingSettings>()))
{
    public const string ContractName = ZipStages.ContractPrefix + "ConvertToVolume/1";
}
