using System.Numerics.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Planned;

/// <summary>Turns logits of a slice into probabilities, in single precision.</summary>
internal static class SliceProbabilities
{
    /// <summary>Computes in place.</summary>
    /// <param name="logits">[output, voxel].</param>
    /// <param name="channels">Number of outputs.</param>
    /// <param name="hasRegions">True for the logistic function of each output, false for softmax over outputs.</param>
    public static void Compute(Span<float> logits, int channels, bool hasRegions)
    {
        if (hasRegions)
        {
            TensorPrimitives.Sigmoid(logits, logits);
            return;
        }

        // The largest logit is taken off first, so that no exponential overflows.
        var length = logits.Length / channels;
        var scratch = new float[length];
        logits[..length].CopyTo(scratch);
        for (var channel = 1; channel < channels; channel++)
        {
            TensorPrimitives.Max(scratch, logits.Slice(channel * length, length), scratch);
        }

        for (var channel = 0; channel < channels; channel++)
        {
            var part = logits.Slice(channel * length, length);
            TensorPrimitives.Subtract(part, scratch, part);
            TensorPrimitives.Exp(part, part);
        }

        logits[..length].CopyTo(scratch);
        for (var channel = 1; channel < channels; channel++)
        {
            TensorPrimitives.Add(scratch, logits.Slice(channel * length, length), scratch);
        }

        for (var channel = 0; channel < channels; channel++)
        {
            var part = logits.Slice(channel * length, length);
            TensorPrimitives.Divide(part, scratch, part);
        }
    }
}
