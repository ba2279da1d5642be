using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Normalises the volume of a row.</summary>
internal sealed class IntensityNormalization : RowFunction<VolumeInput, VolumeOutput>
{
    private readonly IntensitySettings _settings;

    public IntensityNormalization(IntensitySettings settings)
        : base(new NormalizeIntensityContract())
    {
        settings.Validate();
        _settings = settings;
    }

    public override void Apply(VolumeInput input, VolumeOutput output)
        => output.Volume = IntensityNormalizer.Normalize(input.Volume, _settings, mask: null);

    public override SavedState ToState() => SavedState.Of(_settings);
}

/// <summary>Normalises the volume of a row by the statistics within its mask.</summary>
internal sealed class MaskedIntensityNormalization : RowFunction<MaskedVolumeInput, VolumeOutput>
{
    private readonly IntensitySettings _settings;

    public MaskedIntensityNormalization(IntensitySettings settings)
        : base(new NormalizeIntensityInMaskContract())
    {
        settings.Validate();
        _settings = settings;
    }

    public override void Apply(MaskedVolumeInput input, VolumeOutput output)
        => output.Volume = IntensityNormalizer.Normalize(input.Volume, _settings, input.Mask);

    public override SavedState ToState() => SavedState.Of(_settings);
}

/// <summary>Version 1 of saved NormalizeIntensity without a mask.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class NormalizeIntensityContract : RowContract<VolumeInput, VolumeOutput>
{
    public const string ContractName = StockChain.ContractPrefix + "NormalizeIntensity/1";

    public override string Name => ContractName;

    public override RowFunction<VolumeInput, VolumeOutput> Restore(SavedState state) => new IntensityNormalization(state.Read<IntensitySettings>());
}

/// <summary>Version 1 of saved NormalizeIntensity with a mask.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class NormalizeIntensityInMaskContract : RowContract<MaskedVolumeInput, VolumeOutput>
{
    public const string ContractName = StockChain.ContractPrefix + "NormalizeIntensityInMask/1";

    public override string Name => ContractName;

    public override RowFunction<MaskedVolumeInput, VolumeOutput> Restore(SavedState state) => new MaskedIntensityNormalization(state.Read<IntensitySettings>());
}
