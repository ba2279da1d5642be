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
            throw new ArgumentException($"The probabilities have {shape.Channels} channel; entropy needs one per class, at least 2.", nameof(probabilities));
        }

        var entropy = new float[shape.ChannelCount];
        var (sums, weighted, values) = (new double[Block], new double[Block], new float[Block]);
        var equal = Math.Log(shape.Channels);
        for (long start = 0; start < entropy.Length; start += Block)
        {
            var length = (int)Math.Min(Block, entropy.Length - start);
            Array.Clear(sums);
            Array.Clear(weighted);
            for (var channel = 0; channel < shape.Channels; channel++)
            {
                probabilities.CopyValues((channel * shape.ChannelCount) + start, values.AsSpan(0, length));
                for (var i = 0; i < length; i++)
                {
                    double p = Math.Max(values[i], 0);
                    sums[i] += p;
                    weighted[i] += p > 0 ? p * Math.Log(p) : 0;
                }
            }

            // Of p / s: -sum(p / s log(p / s)) = log s - sum(p log p) / s.
            for (var i = 0; i < length; i++)
            {
                entropy[start + i] = (float)Math.Clamp((Math.Log(sums[i]) - (weighted[i] / sums[i])) / equal, 0, 1);
            }
        }

        return Volume.Create<float>(entropy, shape.WithChannels(1), probabilities.Geometry);
    }

    /// <summary>Disagreement of several predictions of one case, such as those of folds or mirrored images: 1 less the share of the most frequent label.</summary>
    /// <param name="predictions">Two or more label volumes on one grid.</param>
    /// <returns>One channel on the same grid, from 0 (all agree) to 1 - 1 / n.</returns>
    /// <exception cref="ArgumentException">There are fewer than two, or their grids differ.</exception>
    public static Volume<float> Disagreement(params IReadOnlyList<LabelVolume> predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        if (predictions.Count < 2 || predictions.Any(one => !one.Shape.SameGrid(predictions[0].Shape) || !one.Geometry.Matches(predictions[0].Geometry, one.Shape)))
        {
            throw new ArgumentException($"There are {predictions.Count} predictions; disagreement needs two or more on one grid.", nameof(predictions));
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
