namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How well probabilities agree with how often the network is right: the expected calibration error, ECE.</summary>
/// <remarks>
/// Each voxel's confidence is its largest class probability. Voxels are sorted into bins of equal width by confidence; a bin's gap is the
/// difference between its mean confidence and the share of its voxels whose most probable class is the true one. ECE is the mean gap
/// weighted by voxels, MCE the largest. Voxels are pooled over cases. Background far from any structure is almost always right with
/// certainty and hides the rest, so <see cref="ExpectedInForeground"/> takes only voxels that are foreground in truth or prediction.
/// Guo et al. 2017, On Calibration of Modern Neural Networks, https://arxiv.org/abs/1706.04599.
/// </remarks>
public sealed class CalibrationError
{
    /// <summary>Number of bins.</summary>
    public const int BinCount = 15;

    private const int Block = 4096;

    private readonly (long Voxels, double Confidence, long Right)[] _all = new (long, double, long)[BinCount];
    private readonly (long Voxels, double Confidence, long Right)[] _foreground = new (long, double, long)[BinCount];

    /// <summary>ECE over all voxels, in [0, 1]; NaN without voxels.</summary>
    public double Expected => ExpectedOf(_all);

    /// <summary>ECE over the voxels that are foreground in truth or prediction; NaN without such voxels.</summary>
    public double ExpectedInForeground => ExpectedOf(_foreground);

    /// <summary>MCE: the largest gap of a bin, over all voxels; NaN without voxels.</summary>
    public double Maximum => _all.Where(bin => bin.Voxels > 0).Select(Gap).DefaultIfEmpty(double.NaN).Max();

    /// <summary>
    /// The bins over foreground voxels, by ascending confidence: mean confidence, share of right voxels, voxels. The curve of a reliability
    /// diagram.
    /// </summary>
    public IReadOnlyList<(double Confidence, double Accuracy, long Voxels)> ForegroundBins =>
        [.. _foreground.Select(bin => (bin.Confidence / bin.Voxels, (double)bin.Right / bin.Voxels, bin.Voxels))];

    /// <summary>Adds a case.</summary>
    /// <param name="truth">What experts drew.</param>
    /// <param name="probabilities">One channel per class, in [0, 1], on the grid of the truth.</param>
    /// <param name="classes">The classes in the order of the channels.</param>
    /// <exception cref="ArgumentException">The grids differ, or there are more or fewer channels than classes.</exception>
    public void Add(LabelVolume truth, Volume probabilities, IReadOnlyList<LabelClass> classes)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(probabilities);
        ArgumentNullException.ThrowIfNull(classes);
        if (!truth.Shape.SameGrid(probabilities.Shape) || probabilities.Shape.Channels != classes.Count)
        {
            throw new ArgumentException(
                $"The probabilities are {probabilities.Shape} for {classes.Count} classes; they need one channel per class on the "
                    + $"grid of the truth, {truth.Shape}.",
                nameof(probabilities)
            );
        }

        var labels = new int[Block];
        var values = new float[classes.Count][];
        for (var c = 0; c < values.Length; c++)
        {
            values[c] = new float[Block];
        }

        for (long start = 0; start < truth.Shape.ChannelCount; start += Block)
        {
            var length = (int)Math.Min(Block, truth.Shape.ChannelCount - start);
            truth.CopyLabels(start, labels.AsSpan(0, length));
            for (var c = 0; c < values.Length; c++)
            {
                probabilities.CopyValues((c * truth.Shape.ChannelCount) + start, values[c].AsSpan(0, length));
            }

            for (var i = 0; i < length; i++)
            {
                Count(labels[i], values, i, classes);
            }
        }
    }

    private void Count(int label, float[][] values, int at, IReadOnlyList<LabelClass> classes)
    {
        var best = 0;
        for (var c = 1; c < values.Length; c++)
        {
            best = values[c][at] > values[best][at] ? c : best;
        }

        double confidence = Math.Clamp(values[best][at], 0, 1);
        var bin = Math.Min((int)(confidence * BinCount), BinCount - 1);
        var right = classes[best].Value == label ? 1 : 0;
        _all[bin] = (_all[bin].Voxels + 1, _all[bin].Confidence + confidence, _all[bin].Right + right);
        if (label != 0 || classes[best].Value != 0)
        {
            _foreground[bin] = (_foreground[bin].Voxels + 1, _foreground[bin].Confidence + confidence, _foreground[bin].Right + right);
        }
    }

    private static double ExpectedOf((long Voxels, double Confidence, long Right)[] bins)
    {
        var voxels = bins.Sum(bin => bin.Voxels);
        return voxels == 0 ? double.NaN : bins.Where(bin => bin.Voxels > 0).Sum(bin => Gap(bin) * bin.Voxels) / voxels;
    }

    private static double Gap((long Voxels, double Confidence, long Right) bin) => Math.Abs(bin.Confidence - bin.Right) / bin.Voxels;
}
