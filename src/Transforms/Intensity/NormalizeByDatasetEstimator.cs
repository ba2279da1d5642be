using Microsoft.ML.MedicalSegmentation.Intensity;
using Microsoft.ML.MedicalSegmentation.Numerics;
using Microsoft.ML.MedicalSegmentation.RowFunctions;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>
/// Brings intensities to a common scale by statistics of the whole data set, which <c>Fit</c> learns: for values with a unit, such as CT.
/// </summary>
/// <remarks>
/// Values are clipped to two percentiles of the data set, then scaled. With the labels as mask and z-score this is nnU-Net's
/// rule for CT: clip to the 0.5th and 99.5th percentile of the foreground, subtract its mean, divide by its deviation
/// (Isensee et al. 2021, https://doi.org/10.1038/s41592-020-01008-z). Differs: every voxel counts once, where nnU-Net draws
/// as many of every case.
/// <para>
/// Fitting reads each row once and keeps no volume. Mean and deviation are exact; percentiles are exact for voxels stored in
/// 8 or 16 bits, by counting, and for up to a million other voxels per channel, beyond which they are those of a seeded
/// sample of a million. The numbers are saved with the model, so that scoring needs neither the data set nor masks.
/// NaN and infinite values are refused, with their count and the first position, unless a replacement is set. The result is
/// single precision. A channel that is constant over the data set becomes 0 throughout.
/// </para>
/// </remarks>
public sealed class NormalizeByDatasetEstimator : VolumeEstimator
{
    internal const string Name = "NormalizeByDataset";

    private readonly Options _options;
    private readonly string _input;

    internal NormalizeByDatasetEstimator(Options options)
        : base(Name, [options.InputColumnName ?? options.OutputColumnName], [options.OutputColumnName])
    {
        _options = options;
        _input = options.InputColumnName ?? options.OutputColumnName;
        SettingsFor([new(0, 1, 0, 1)]).Validate();
    }

    /// <summary>Options of <see cref="NormalizeByDatasetEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>The column of normalised volumes that is added. Default "Image".</summary>
        public string OutputColumnName = "Image";

        /// <summary>The column of volumes. Default: the output column.</summary>
        public string? InputColumnName;

        /// <summary>A column of label volumes whose voxels above 0 are learnt from, needed for fitting only. Default: all voxels.</summary>
        public string? MaskColumnName;

        /// <summary>How intensities are scaled: z-score, from the percentiles to 0 and 1, or clipped only. Default z-score.</summary>
        public IntensityMethod Method = IntensityMethod.ZScore;

        /// <summary>Learns from voxels that are not 0, and leaves voxels of 0 at 0. Default false.</summary>
        public bool NonZeroOnly;

        /// <summary>Values below this percentile of the data set are raised to it, 0 to 100. Default 0.5.</summary>
        public double LowerPercentile = 0.5;

        /// <summary>Values above this percentile of the data set are lowered to it, 0 to 100. Default 99.5.</summary>
        public double UpperPercentile = 99.5;

        /// <summary>Takes the place of NaN and infinite values, in fitting and after. Default: such values are an error.</summary>
        public float? NonFiniteReplacement;

        /// <summary>Chooses the sample of percentiles that cannot be exact. Default 0.</summary>
        public int Seed;
    }

    private protected override RowFunction MakeFunction(InputColumns columns)
    {
        if (_options.MaskColumnName is { } mask)
        {
            columns.Require(mask, ColumnKind.LabelVolume, Name);
        }

        return new DatasetNormalization(SettingsFor([new(0, 1, 0, 1)]));
    }

    private protected override RowFunction Learn(IDataView input)
    {
        IntensityPool[]? pools = null;
        foreach (var (row, volume, mask) in LearningRows.Read(input, _input, _options.MaskColumnName))
        {
            pools ??=
            [
                .. Enumerable
                    .Range(0, volume.Shape.Channels)
                    .Select(channel => new IntensityPool(new RandomStream(_options.Seed, channel))),
            ];
            LearningRows.RequireChannels(row, volume, pools.Length);
            PooledVoxels.Add(volume, _options.NonZeroOnly, mask, _options.NonFiniteReplacement, pools);
        }

        if (pools is null || pools.Any(pool => pool.Count == 0))
        {
            var why = pools is null ? "there are no rows" : "no row has a voxel in the region that it learns from";
            throw new ArgumentException(
                $"{Name} has nothing to learn from: {why}. Check the list of cases, filters before it, and its mask column."
            );
        }

        return new DatasetNormalization(
            SettingsFor([.. pools.Select(pool => pool.Summarize(_options.LowerPercentile, _options.UpperPercentile))])
        );
    }

    private DatasetNormalizationSettings SettingsFor(ChannelIntensity[] channels) =>
        new(
            _options.Method,
            _options.NonZeroOnly,
            _options.LowerPercentile,
            _options.UpperPercentile,
            _options.NonFiniteReplacement,
            channels
        );
}
