using System.Numerics.Tensors;
using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Data.Augmentation;

/// <summary>Changes contrast, brightness, gamma and noise of each channel of a patch in place; labels stay as they are.</summary>
internal static class IntensityAugmentation
{
    /// <summary>Applies each change with the probability that the options give.</summary>
    /// <param name="options">Ranges and probability.</param>
    /// <param name="channels">Channels in <paramref name="image"/>, each changed by its own numbers.</param>
    /// <param name="random">Decides.</param>
    /// <param name="image">[C, D, H, W].</param>
    public static void Apply(AugmentationOptions options, int channels, RandomStream random, Span<float> image)
    {
        if (options.IntensityProbability == 0)
        {
            return;
        }

        var count = image.Length / channels;
        for (var channel = 0; channel < channels; channel++)
        {
            var voxels = image.Slice(channel * count, count);
            if (options.Noise > 0 && random.NextBoolean(options.IntensityProbability))
            {
                NormalDistribution.AddTo(voxels, (float)random.NextDouble(0, options.Noise), random);
            }

            if (options.Contrast > 0 && random.NextBoolean(options.IntensityProbability))
            {
                ChangeContrast(voxels, (float)random.NextDouble(1 - options.Contrast, 1 + options.Contrast));
            }

            if (options.Brightness > 0 && random.NextBoolean(options.IntensityProbability))
            {
                TensorPrimitives.Add(voxels, (float)random.NextDouble(-options.Brightness, options.Brightness), voxels);
            }

            if (options.Gamma > 0 && random.NextBoolean(options.IntensityProbability))
            {
                // Uniform in the logarithm, so that 2 is as likely as 1/2.
                var limit = Math.Log(1 + options.Gamma);
                ChangeGamma(voxels, (float)Math.Exp(random.NextDouble(-limit, limit)));
            }
        }
    }

    /// <summary>Multiplies the distance of every voxel to the mean.</summary>
    public static void ChangeContrast(Span<float> voxels, float factor)
    {
        var mean = TensorPrimitives.Sum<float>(voxels) / voxels.Length;
        TensorPrimitives.Multiply(voxels, factor, voxels);
        TensorPrimitives.Add(voxels, mean * (1 - factor), voxels);
    }

    /// <summary>Scales to [0, 1], raises to a power, and scales back: the extremes stay where they are.</summary>
    public static void ChangeGamma(Span<float> voxels, float power)
    {
        var low = TensorPrimitives.Min<float>(voxels);
        var range = TensorPrimitives.Max<float>(voxels) - low;
        if (range <= 0)
        {
            return;
        }

        TensorPrimitives.Subtract(voxels, low, voxels);
        PositivePower.Raise(voxels, 1 / range, power);
        TensorPrimitives.Multiply(voxels, range, voxels);
        TensorPrimitives.Add(voxels, low, voxels);
    }
}
