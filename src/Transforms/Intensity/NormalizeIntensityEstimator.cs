using Microsoft.ML.MedicalSegmentation.Intensity;
using Microsoft.ML.MedicalSegmentation.RowFunctions;

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

    private readonly IntensitySettings _settings;
    private readonly bool _hasMask;

    internal NormalizeIntensityEstimator(Options options)
        : base(Name, InputsOf(options), [options.OutputColumnName])
    {
        _hasMask = options.MaskColumnName is not null;
        _settings = new IntensitySettings(
            options.Method, options.NonZeroOnly, options.LowerPercentile, options.UpperPercentile, options.WindowCenter, options.WindowWidth, options.NonFiniteReplacement);
        _settings.Validate();
    }

    /// <summary>Options of <see cref="NormalizeIntensityEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>The column of normalised volumes that is added. Default "Image".</summary>
        public string OutputColumnName = "Image";

        /// <summary>The column of volumes. Default: the output column.</summary>
        public string? InputColumnName;

        /// <summary>A column of label volumes whose voxels above 0 are the region. Default: none.</summary>
        public string? MaskColumnName;

        /// <summary>How intensities are scaled. Default z-score.</summary>
        public IntensityMethod Method = IntensityMethod.ZScore;

        /// <summary>Takes the voxels that are not 0 as the region, as for skull-stripped MR. Default false.</summary>
        public bool NonZeroOnly;

        /// <summary>Values below this percentile of the region are raised to it first, 0 to 100. Default 0: none.</summary>
        public double LowerPercentile;

        /// <summary>Values above this percentile of the region are lowered to it first, 0 to 100. Default 100: none.</summary>
        public double UpperPercentile = 100;

        /// <summary>Centre of the window, in the unit of the values (HU for CT); for <see cref="IntensityMethod.Window"/> only.</summary>
        public double? WindowCenter;

        /// <summary>Width of the window, above 0; for <see cref="IntensityMethod.Window"/> only.</summary>
        public double? WindowWidth;

        /// <summary>Takes the place of NaN and infinite values. Default: such values are an error.</summary>
        public float? NonFiniteReplacement;
    }

    private protected override RowFunction MakeFunction(InputColumns columns)
        => _hasMask ? new MaskedIntensityNormalization(_settings) : new IntensityNormalization(_settings);

    private static string[] InputsOf(Options options)
    {
        var input = options.InputColumnName ?? options.OutputColumnName;
        return options.MaskColumnName is null ? [input] : [input, options.MaskColumnName];
    }
}
