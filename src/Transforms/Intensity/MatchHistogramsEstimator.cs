using Microsoft.ML.MedicalSegmentation.Intensity;
using Microsoft.ML.MedicalSegmentation.RowFunctions;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>
/// Maps intensities so that the percentiles of every volume lie where they lie on average over the data set: for MR, whose values have no
/// unit.
/// </summary>
/// <remarks>
/// Nyul and Udupa 1999, https://doi.org/10.1002/(SICI)1522-2594(199912)42:6&lt;1072::AID-MRM11&gt;3.0.CO;2-M, and Nyul, Udupa
/// and Zhang 2000, https://doi.org/10.1109/42.836373. <c>Fit</c> takes the landmarks of each volume, its percentiles; maps
/// the first and the last to the ends of the standard scale, the others linearly between; and averages each over the
/// volumes. A volume is then mapped piecewise linearly from its own landmarks to the averages. Values beyond the outer
/// landmarks follow the line of the outermost piece, or are held at the ends of the scale with <see cref="Options.ClipTails"/>.
/// <para>
/// With a mask, the landmarks of a volume are those of its voxels in the mask, in fitting and after, while all voxels are
/// mapped. So the mask must be there for scoring too: one of the brain or the body, not the labels to predict.
/// </para>
/// <para>
/// Fitting reads each row once and keeps its landmarks only; percentiles are exact. Channels that are constant teach
/// nothing, and become the lower end of the scale. The averages are saved with the model. NaN and infinite values are
/// refused, with their count and the first position, unless a replacement is set. The result is single precision.
/// Differs: the standard scale is fixed (0 to 100 by default) rather than chosen from the data, which changes all results
/// by one linear map.
/// </para>
/// </remarks>
public sealed class MatchHistogramsEstimator : VolumeEstimator
{
    internal const string Name = "MatchHistograms";

    private readonly Options _options;
    private readonly double[] _percentiles;
    private readonly string _input;

    internal MatchHistogramsEstimator(Options options)
        : base(Name, InputsOf(options), [options.OutputColumnName])
    {
        _options = options;
        _percentiles = [.. options.Percentiles];
        _input = options.InputColumnName ?? options.OutputColumnName;
        Unlearnt().Validate();
    }

    /// <summary>Options of <see cref="MatchHistogramsEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>The column of matched volumes that is added. Default "Image".</summary>
        public string OutputColumnName = "Image";

        /// <summary>The column of volumes. Default: the output column.</summary>
        public string? InputColumnName;

        /// <summary>A column of label volumes whose voxels above 0 give the landmarks, in fitting and after. Default: all voxels.</summary>
        public string? MaskColumnName;

        /// <summary>The landmarks, at least two, rising, 0 to 100. Default 1, 10, 20, ..., 90, 99.</summary>
        public IReadOnlyList<double> Percentiles = [1, 10, 20, 30, 40, 50, 60, 70, 80, 90, 99];

        /// <summary>Where the first landmark goes. Default 0.</summary>
        public double ScaleMinimum;

        /// <summary>Where the last landmark goes, above the first. Default 100.</summary>
        public double ScaleMaximum = 100;

        /// <summary>
        /// Takes landmarks of voxels that are not 0, as for skull-stripped MR, and leaves voxels of 0 at 0. Default false.
        /// </summary>
        public bool NonZeroOnly;

        /// <summary>
        /// Holds values beyond the outer landmarks at the ends of the scale. Default false: they follow the outermost piece.
        /// </summary>
        public bool ClipTails;

        /// <summary>Takes the place of NaN and infinite values, in fitting and after. Default: such values are an error.</summary>
        public float? NonFiniteReplacement;
    }

    private protected override RowFunction MakeFunction(InputColumns columns) => FunctionOf(Unlearnt());

    private protected override RowFunction Learn(IDataView input)
    {
        var settings = Unlearnt();
        double[][]? sums = null;
        int[] counts = [];
        foreach (var (row, volume, mask) in LearningRows.Read(input, _input, _options.MaskColumnName))
        {
            sums ??= [.. Enumerable.Range(0, volume.Shape.Channels).Select(_ => new double[_percentiles.Length])];
            counts = counts.Length == 0 ? new int[sums.Length] : counts;
            LearningRows.RequireChannels(row, volume, sums.Length);
            var inside = mask is null ? null : IntensityNormalizer.ReadMask(mask, volume, mayBeEmpty: true);
            for (var channel = 0; channel < sums.Length; channel++)
            {
                counts[channel] += Add(volume, channel, inside, settings, sums[channel]) ? 1 : 0;
            }
        }

        if (sums is null || counts.Contains(0))
        {
            var why = sums is null
                ? "there are no rows"
                : "a channel is constant in every row, or no row has a voxel in the region that it learns from";
            throw new ArgumentException(
                $"{Name} has nothing to learn from: {why}. Check the list of cases, filters before it, and its mask column."
            );
        }

        return FunctionOf(
            settings with
            {
                Standard = [.. sums.Select((sum, channel) => Array.ConvertAll(sum, value => value / counts[channel]))],
            }
        );
    }

    private RowFunction FunctionOf(HistogramMatchingSettings settings)
        => _options.MaskColumnName is null ? new HistogramMatching(settings) : new MaskedHistogramMatching(settings);

    private static string[] InputsOf(Options options)
    {
        var input = options.InputColumnName ?? options.OutputColumnName;
        return options.MaskColumnName is null ? [input] : [input, options.MaskColumnName];
    }

    // Landmarks on the standard scale; false if the channel is constant or has no voxel in the region.
    private static bool Add(Volume volume, int channel, bool[]? inside, HistogramMatchingSettings settings, double[] sums)
    {
        var values = new float[volume.Shape.ChannelCount];
        volume.CopyValues(channel * volume.Shape.ChannelCount, values);
        FiniteValues.Settle(values, volume.Channel(channel), settings.NonFiniteReplacement);
        var landmarks = settings.Landmarks(values, inside);
        if (landmarks.Length == 0 || landmarks[^1] <= landmarks[0])
        {
            return false;
        }

        var factor = (settings.ScaleMaximum - settings.ScaleMinimum) / (landmarks[^1] - landmarks[0]);
        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] += settings.ScaleMinimum + ((landmarks[i] - landmarks[0]) * factor);
        }

        return true;
    }

    // The scale of one channel as if its landmarks were spread evenly: enough to check columns and options.
    private HistogramMatchingSettings Unlearnt() =>
        new(
            _percentiles,
            _options.ScaleMinimum,
            _options.ScaleMaximum,
            _options.NonZeroOnly,
            _options.ClipTails,
            _options.NonFiniteReplacement,
            [
                [
                    .. _percentiles.Select(
                        (_, i) =>
                            _options.ScaleMinimum
                            + ((_options.ScaleMaximum - _options.ScaleMinimum) * i / Math.Max(1, _percentiles.Length - 1))
                    ),
                ],
            ]
        );
}
