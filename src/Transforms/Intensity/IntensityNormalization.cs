using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation.Intensity;

/// <summary>Normalises the volume of a row.</summary>
internal sealed class IntensityNormalization(IntensitySettings settings)
    : SettingsFunction<VolumeInput, VolumeOutput, IntensitySettings>(settings, new NormalizeIntensityContract())
{
    public override void Apply(VolumeInput input, VolumeOutput output)
        => output.Volume = IntensityNormalizer.Normalize(input.Volume, Settings, mask: null);
}

/// <summary>Normalises the volume of a row by the statistics within its mask.</summary>
internal sealed class MaskedIntensityNormalization(IntensitySettings settings)
    : SettingsFunction<MaskedVolumeInput, VolumeOutput, IntensitySettings>(settings, new NormalizeIntensityInMaskContract())
{
    public override void Apply(MaskedVolumeInput input, VolumeOutput output)
        => output.Volume = IntensityNormalizer.Normalize(input.Volume, Settings, input.Mask);
}

/// <summary>Version 1 of saved NormalizeIntensity without a mask.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class NormalizeIntensityContract() : RowContract<VolumeInput, VolumeOutput>(ContractName, state => new IntensityNormalization(state.Read<IntensitySettings>()))
{
    public const string ContractName = ZipStages.ContractPrefix + "NormalizeIntensity/1";
}

/// <summary>Version 1 of saved NormalizeIntensity with a mask.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class NormalizeIntensityInMaskContract() : RowContract<MaskedVolumeInput, VolumeOutput>(ContractName, state => new MaskedIntensityNormalization(state.Read<IntensitySettings>()))
{
    public const string ContractName = ZipStages.ContractPrefix + "NormalizeIntensityInMask/1";
}
