using System.Numerics.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Planned;

/// <summary>Turns logits of a slice into probabilities, in single precision.</summary>
internal static class SliceProbabilities
{
    // So few voxels of all outputs stay in the second-level cache.
    private const int BlockLength = 4096;

    /// <summary>Computes in place.</summary>
    /// <param name="logits">[output, voxel].</param>
    /// <param name="channels">Number of outputs.</param>
    /// <param name="hasRegions">True for the logistic function of each output, false for softmax over outputs.</param>
    /// <param name="maximumThreads">The most threads. Default: 0, one per core.</param>
    public static void Compute(float[] logits, int channels, bool hasRegions, int maximumThreads = 0)
    {
        var plane = logits.Length / channels;
        Parallel.For(
            0,
            (plane + BlockLength - 1) / BlockLength,
            new ParallelOptions { MaxDegreeOfParallelism = maximumThreads == 0 ? Environment.ProcessorCount : maximumThreads },
            () => new float[BlockLength],
            (block, _, scratch) =>
            {
                var start = block * BlockLength;
                var length = Math.Min(BlockLength, plane - start);
                if (hasRegions)
                {
                    Sigmoid(logits, channels, plane, start, length);
                }
                else
                {
                    Softmax(logits, channels, plane, start, scratch.AsSpan(0, length));
                }

                return scratch;
            },
            static _ => { });
    }

    private static void Sigmoid(float[] logits, int channels, int plane, int start, int length)
    {
        for (var channel = 0; channel < channels; channel++)
        {
            var part = logits.AsSpan((channel * plane) + start, length);
            TensorPrimitives.Sigmoid(part, part);
        }
    }

    // The largest logit is taken off first, so that no exponential overflows.
    private static void Softmax(float[] logits, int channels, int plane, int start, Span<float> scratch)
    {
        logits.AsSpan(start, scratch.Length).CopyTo(scratch);
        for (var channel = 1; channel < channels; channel++)
        {
            TensorPrimitives.Max(scratch, logits.AsSpan((channel * plane) + start, scratch.Length), scratch);
        }

        for (var channel = 0; channel < channels; channel++)
        {
            var part = logits.AsSpan((channel * plane) + start, scratch.Length);
            TensorPrimitives.Subtract(part, scratch, part);
            TensorPrimitives.Exp(part, part);
        }

        logits.AsSpan(start, scratch.Length).CopyTo(scratch);
        for (var channel = 1; channel < channels; channel++)
        {
            TensorPrimitives.Add(scratch, logits.AsSpan((channel * plane) + start, scratch.Length), scratch);
        }

        for (var channel = 0; channel < channels; channel++)
        {
            var part = logits.AsSpan((channel * plane) + start, scratch.Length);
            TensorPrimitives.Divide(part, scratch, part);
        }
    }
}
