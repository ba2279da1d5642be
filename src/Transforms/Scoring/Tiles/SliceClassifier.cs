using System.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Tiles;

/// <summary>Decides each voxel of a blended slice: the class with the largest sum; the first of equal ones.</summary>
/// <remarks>A voxel's weights are the same for every class, so that sums decide as means would.</remarks>
internal static class SliceClassifier
{
    /// <summary>Writes class indices of a slice.</summary>
    /// <param name="slab">Blended tiles, one channel per class.</param>
    /// <param name="channels">Channels of the slab; one channel holds the logit of class 1 of two.</param>
    /// <param name="z">The slice.</param>
    /// <param name="classes">Receives class indices, [height, width].</param>
    public static void Classify(BlendingSlab slab, int channels, int z, Span<int> classes) =>
        Classify(channel => slab.Slice(channel, z), channels, classes);

    /// <summary>Writes class indices of a slice.</summary>
    /// <param name="outputs">[output, height, width].</param>
    /// <param name="channels">Outputs; one holds the logit of class 1 of two.</param>
    /// <param name="classes">Receives class indices, [height, width].</param>
    public static void Classify(float[] outputs, int channels, Span<int> classes)
    {
        var plane = classes.Length;
        Classify(channel => outputs.AsSpan(channel * plane, plane), channels, classes);
    }

    private delegate ReadOnlySpan<float> ChannelOf(int channel);

    private static void Classify(ChannelOf outputs, int channels, Span<int> classes)
    {
        if (channels == 1)
        {
            // Against the other class's logit, which is 0.
            var logits = outputs(0);
            for (var i = 0; i < classes.Length; i++)
            {
                classes[i] = logits[i] > 0 ? 1 : 0;
            }

            return;
        }

        // Blocks that stay in the first-level cache while the channels pass by.
        const int BlockLength = 1024;
        Span<float> best = stackalloc float[BlockLength];
        for (var start = 0; start < classes.Length; start += BlockLength)
        {
            var length = Math.Min(BlockLength, classes.Length - start);
            var winners = classes.Slice(start, length);
            winners.Clear();
            outputs(0).Slice(start, length).CopyTo(best);
            for (var channel = 1; channel < channels; channel++)
            {
                Challenge(best[..length], winners, outputs(channel).Slice(start, length), channel);
            }
        }
    }

    private static void Challenge(Span<float> best, Span<int> winners, ReadOnlySpan<float> sums, int channel)
    {
        var i = 0;
        var index = new Vector<int>(channel);
        for (; i <= sums.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var (sum, record) = (new Vector<float>(sums[i..]), new Vector<float>(best[i..]));
            var wins = Vector.GreaterThan(sum, record);
            Vector.ConditionalSelect(wins, sum, record).CopyTo(best[i..]);
            Vector.ConditionalSelect(wins, index, new Vector<int>(winners[i..])).CopyTo(winners[i..]);
        }

        for (; i < sums.Length; i++)
        {
            if (sums[i] > best[i])
            {
                (best[i], winners[i]) = (sums[i], channel);
            }
        }
    }
}
