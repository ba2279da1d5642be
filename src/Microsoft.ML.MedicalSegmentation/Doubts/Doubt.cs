namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Volumes that say where a segmentation is uncertain, from 0 (certain) to 1.</summary>
public static class Doubt
{
    private const int Block = 4096;

    /// <summary>Entropy of the class probabilities of each voxel, divided by that of equal probabilities.</summary>
    /// <param name="probabilities">One channel per class, two or more; their sum need not be 1.</param>
    /// <returns>One channel in [0, 1] on the same grid; NaN where all probabilities are 0.</returns>
    /// <exception cref="ArgumentException">There is only one channel.</exception>
    public static Volume<float> Entropy(Volume probabilities)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        var shape = probabilities.Shape;
        if (shape.Channels < 2)
        {
            throw new ArgumentException(
                $"The probabilities have {shape.Channels} channel; entropy needs one per class, at least 2.",
                nameof(probabilities)
            );
        }

        return Measure(probabilities, hasRegions: false);
    }

    /// <summary>Entropy of the most doubtful region of each voxel, for models whose outputs are regions that may overlap.</summary>
    /// <param name="probabilities">One channel per region, each a probability of its own.</param>
    /// <returns>One channel on the same grid: the largest over regions of -p log2 p - (1 - p) log2 (1 - p), from 0 to 1.</returns>
    public static Volume<float> RegionEntropy(Volume probabilities)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        return Measure(probabilities, hasRegions: true);
    }

    /// <summary>
    /// Disagreement of several predictions of one case, such as those of folds or mirrored images: 1 less the share of the most frequent
    /// label.
    /// </summary>
    /// <param name="predictions">Two or more label volumes on one grid.</param>
    /// <returns>One channel on the same grid, from 0 (all agree) to 1 - 1 / n.</returns>
    /// <exception cref="ArgumentException">There are fewer than two, or their grids differ.</exception>
    public static Volume<float> Disagreement(params IReadOnlyList<LabelVolume> predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        if (
            predictions.Count < 2
            || predictions.Any(one =>
                !one.Shape.SameGrid(predictions[0].Shape) || !one.Geometry.Matches(predictions[0].Geometry, one.Shape)
            )
        )
        {
            throw new ArgumentException(
                $"There are {predictions.Count} predictions; disagreement needs two or more on one grid.",
                nameof(predictions)
            );
        }

        var shape = predictions[0].Shape;
        var disagreement = new float[shape.ChannelCount];
        var labels = predictions.Select(_ => new int[Block]).ToArray();
        for (long start = 0; start < disagreement.Length; start += Block)
        {
            var length = (int)Math.Min(Block, disagreement.Length - start);
            for (var n = 0; n < labels.Length; n++)
            {
                predictions[n].CopyLabels(start, labels[n].AsSpan(0, length));
            }

            for (var i = 0; i < length; i++)
            {
                disagreement[start + i] = 1 - ((float)MostVotes(labels, i) / labels.Length);
            }
        }

        return Volume.Create<float>(disagreement, shape, predictions[0].Geometry);
    }

    /// <summary>Doubt of voxels from their probabilities.</summary>
    /// <param name="probabilities">[output, voxel].</param>
    /// <param name="outputs">Classes or regions.</param>
    /// <param name="hasRegions">True if each output is a probability of its own.</param>
    /// <param name="doubt">Receives 0 to 1 for each voxel.</param>
    internal static void Measure(ReadOnlySpan<float> probabilities, int outputs, bool hasRegions, Span<float> doubt)
    {
        var (voxels, equal) = (doubt.Length, Math.Log(outputs));
        for (var i = 0; i < voxels; i++)
        {
            // Of p / s: -sum(p / s log(p / s)) = log s - sum(p log p) / s.
            var (sum, weighted, most) = (0.0, 0.0, 0.0);
            for (var at = i; at < outputs * voxels; at += voxels)
            {
                double p = Math.Max(probabilities[at], 0);
                if (hasRegions)
                {
                    most = Math.Max(most, Bits(p) + Bits(1 - p));
                    continue;
                }

                sum += p;
                weighted += p > 0 ? p * Math.Log(p) : 0;
            }

            doubt[i] = (float)(hasRegions ? most : Math.Clamp((Math.Log(sum) - (weighted / sum)) / equal, 0, 1));
        }

        static double Bits(double p) => p is > 0 and < 1 ? -p * Math.Log2(p) : 0;
    }

    private static Volume<float> Measure(Volume probabilities, bool hasRegions)
    {
        var shape = probabilities.Shape;
        var doubt = new float[shape.ChannelCount];
        Parallel.For(0, (doubt.Length + Block - 1) / Block, () => new float[Block * shape.Channels], (block, _, values) =>
        {
            var part = doubt.AsSpan(block * Block, Math.Min(Block, doubt.Length - (block * Block)));
            for (var channel = 0; channel < shape.Channels; channel++)
            {
                probabilities.CopyValues(
                    (channel * shape.ChannelCount) + (block * Block),
                    values.AsSpan(channel * part.Length, part.Length)
                );
            }

            Measure(values, shape.Channels, hasRegions, part);
            return values;
        }, static _ => { });
        return Volume.Create<float>(doubt, shape.WithChannels(1), probabilities.Geometry);
    }

    private static int MostVotes(int[][] labels, int at)
    {
        var most = 1;
        for (var n = 0; n < labels.Length && most < labels.Length; n++)
        {
            var votes = 0;
            foreach (var voter in labels)
            {
                votes += voter[at] == labels[n][at] ? 1 : 0;
            }

            most = Math.Max(most, votes);
        }

        return most;
    }
}
