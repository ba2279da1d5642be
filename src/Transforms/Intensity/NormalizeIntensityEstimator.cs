using System.Text.Json.Serialization;
using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.Intensity;
using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Brings the intensities of each volume, channel by channel, to a common scale.</summary>
/// <remarks>
/// Statistics are those of the volume itself, so nothing is learnt from the data set. They may be confined to a region:
/// the voxels that are not zero, or those where a label volume is above zero. Voxels outside the region become 0.
/// NaN and infinite values are refused, with their count and the first position, unless a replacement is set.
/// The result is single precision. A constant channel becomes 0 throughout.
/// </remarks>
public sealed class NormalizeIntensityEstimator : VolumeEstimator
{
    internal const string Name = "NormalizeIntensity";

    private readonly Options _options;

    internal NormalizeIntensityEstimator(Options options)
        : base(Name, InputsOf(options), [options.OutputColumnName]) => _options = options.Validated();

    /// <summary>Options of <see cref="NormalizeIntensityEstimator"/>; what a model zip holds of it, apart from the columns.</summary>
    public sealed record Options : ICheckedSettings
    {
        /// <summary>The column of normalised volumes that is added.</summary>
        /// <value>Default: "Image".</value>
        [JsonIgnore]
        public string OutputColumnName { get; init; } = "Image";

        /// <summary>The column of volumes.</summary>
        /// <value>Default: null, the output column.</value>
        [JsonIgnore]
        public string? InputColumnName { get; init; }

        /// <summary>A column of label volumes whose voxels above 0 are the region.</summary>
        /// <value>Default: null, none.</value>
        [JsonIgnore]
        public string? MaskColumnName { get; init; }

        /// <summary>How intensities are scaled.</summary>
        /// <value>Default: <see cref="IntensityMethod.ZScore"/>.</value>
        public IntensityMethod Method { get; init; } = IntensityMethod.ZScore;

        /// <summary>Takes the voxels that are not 0 as the region, as for skull-stripped MR.</summary>
        /// <value>Default: false.</value>
        public bool NonZeroOnly { get; init; }

        /// <summary>Values below this percentile of the region are raised to it first.</summary>
        /// <value>0 to 100. Default: 0, none.</value>
        public double LowerPercentile { get; init; }

        /// <summary>Values above this percentile of the region are lowered to it first.</summary>
        /// <value>0 to 100. Default: 100, none.</value>
        public double UpperPercentile { get; init; } = 100;

        /// <summary>Centre of the window; for <see cref="IntensityMethod.Window"/> only.</summary>
        /// <value>In the unit of the values (HU for CT). Default: null.</value>
        public double? WindowCenter { get; init; }

        /// <summary>Width of the window; for <see cref="IntensityMethod.Window"/> only.</summary>
        /// <value>Above 0, in the unit of the values. Default: null.</value>
        public double? WindowWidth { get; init; }

        /// <summary>Takes the place of NaN and infinite values.</summary>
        /// <value>Default: null; such values are an error.</value>
        public float? NonFiniteReplacement { get; init; }

        /// <summary>True if values are clipped to percentiles before they are scaled.</summary>
        internal bool ClipsToPercentiles => LowerPercentile > 0 || UpperPercentile < 100;

        /// <summary>Checks all options together.</summary>
        /// <exception cref="ArgumentException">An option cannot be used; the message lists all faults.</exception>
        public void Validate()
        {
            var faults = new OptionFaults();
            faults.Add(!Enum.IsDefined(Method), $"Method is {Method}; use {string.Join(", ", Enum.GetNames<IntensityMethod>())}.");
            faults.Add(
                !(LowerPercentile >= 0 && LowerPercentile < UpperPercentile && UpperPercentile <= 100),
                $"The percentiles are {LowerPercentile} and {UpperPercentile}; they must lie between 0 and 100, the lower first.");
            faults.Add(
                Method == IntensityMethod.Window
                    && !(WindowWidth > 0 && double.IsFinite(WindowWidth.Value) && WindowCenter is { } center && double.IsFinite(center)),
                $"The window has centre {WindowCenter?.ToString() ?? "none"} and width {WindowWidth?.ToString() ?? "none"}; give "
                    + "both, the width above 0, such as 40 and 400 HU."
            );
            faults.Add(
                Method != IntensityMethod.Window && (WindowCenter is not null || WindowWidth is not null),
                $"A window is given, but Method is {Method}; set Method to Window.");
            faults.Add(
                NonFiniteReplacement is { } replacement && !float.IsFinite(replacement),
                $"NonFiniteReplacement is {NonFiniteReplacement}; it must be a finite number.");
            faults.ThrowIfAny(Name);
        }
    }

    private protected override RowFunction MakeFunction(InputColumns columns)
        => _options.MaskColumnName is null ? new IntensityNormalization(_options) : new MaskedIntensityNormalization(_options);

    private static string[] InputsOf(Options options)
    {
        var input = options.InputColumnName ?? options.OutputColumnName;
        return options.MaskColumnName is null ? [input] : [input, options.MaskColumnName];
    }
}

/// <summary>Normalises the volume of a row.</summary>
internal sealed class IntensityNormalization(NormalizeIntensityEstimator.Options options)
    : SettingsFunction<VolumeInput, VolumeOutput, NormalizeIntensityEstimator.Options>(options, new NormalizeIntensityContract())
{
    public override void Apply(VolumeInput input, VolumeOutput output)
        => output.Volume = IntensityNormalizer.Normalize(input.Volume, Settings, mask: null);
}

/// <summary>Normalises the volume of a row by the statistics within its mask.</summary>
internal sealed class MaskedIntensityNormalization(NormalizeIntensityEstimator.Options options)
    : SettingsFunction<MaskedVolumeInput, VolumeOutput, NormalizeIntensityEstimator.Options>(
        options,
        new NormalizeIntensityInMaskContract()
    )
{
    public override void Apply(MaskedVolumeInput input, VolumeOutput output)
        => output.Volume = IntensityNormalizer.Normalize(input.Volume, Settings, input.Mask);
}

/// <summary>Version 1 of saved NormalizeIntensity without a mask.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class NormalizeIntensityContract()
    : RowContract<VolumeInput, VolumeOutput>(
        ContractName,
        state => new IntensityNormalization(state.Read<NormalizeIntensityEstimator.Options>())
    )
{
    public const string ContractName = ZipStages.ContractPrefix + "NormalizeIntensity/1";
}

/// <summary>Version 1 of saved NormalizeIntensity with a mask.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class NormalizeIntensityInMaskContract()
    : RowContract<MaskedVolumeInput, VolumeOutput>(
        ContractName,
        state => new MaskedIntensityNormalization(state.Read<NormalizeIntensityEstimator.Options>())
    )
{
    public const string ContractName = ZipStages.ContractPrefix + "NormalizeIntensityInMask/1";
}
