using System.Numerics.Tensors;
using Microsoft.ML.MedicalSegmentation.Intensity;
using Microsoft.ML.MedicalSegmentation.Numerics;
using Microsoft.ML.MedicalSegmentation.Scoring.Models;

namespace Microsoft.ML.MedicalSegmentation.Classification;

/// <summary>What is done to an image before a classifier sees it, in training and in scoring alike: turned, resized, normalised.</summary>
internal static class ImagePreparation
{
    /// <summary>The longest side of a classifier's image.</summary>
    public const int LongestSide = 4096;

    /// <summary>The image as the network takes it.</summary>
    /// <returns>[C, D, H, W] of the model's size.</returns>
    /// <exception cref="InputDataException">
    /// The image has other channels, NaN or infinite values, or several slices for a 2D network.
    /// </exception>
    public static float[] Prepare(Volume image, ClassificationModelInfo info)
    {
        var values = Resized(image, info);
        Normalize(values, info);
        return values;
    }

    /// <summary>The image at the model's size, not normalised; an array of its own.</summary>
    /// <inheritdoc cref="Prepare"/>
    public static float[] Resized(Volume image, ClassificationModelInfo info)
    {
        var turned = info.Orientation is { } code && info.SpatialDimensions == 3 ? image.Reorient(code) : image;
        Require(turned, info);
        FiniteInput.Require(turned);
        var values = LargeArray.Allocate<float>(checked((int)turned.Shape.Count));
        turned.CopyValues(0, values);
        return ImageSizing.Resize(values, turned.Shape, info.Shape);
    }

    /// <summary>Normalises values of the model's size in place.</summary>
    public static void Normalize(Span<float> values, ClassificationModelInfo info)
    {
        var count = (int)info.Shape.ChannelCount;
        for (var channel = 0; channel < info.Channels; channel++)
        {
            var block = values.Slice(channel * count, count);
            switch (info.Normalization)
            {
                case ClassificationNormalization.ZScore:
                    var moments = Moments.Of(block);
                    IntensityNormalizer.Rescale(block, moments.Mean, IntensityNormalizer.FactorOf(moments.Deviation, moments.Mean));
                    break;
                case ClassificationNormalization.MinMax:
                    double smallest = TensorPrimitives.Min<float>(block);
                    double largest = TensorPrimitives.Max<float>(block);
                    IntensityNormalizer.Rescale(block, smallest, largest > smallest ? 1 / (largest - smallest) : 0);
                    break;
                case ClassificationNormalization.Dataset:
                    IntensityNormalizer.Rescale(
                        block,
                        info.Means[channel],
                        info.Deviations[channel] > 0 ? 1 / info.Deviations[channel] : 0
                    );
                    break;
            }
        }
    }

    private static void Require(Volume image, ClassificationModelInfo info)
    {
        if (image.Shape.Channels != info.Channels)
        {
            throw new InputDataException(
                $"In {image.NameInErrors} there "
                    + $"{(image.Shape.Channels == 1 ? "is 1 channel" : $"are {image.Shape.Channels} channels")}; the classifier takes "
                    + $"{info.Channels}. Load the channels of training, in the same order, into one image."
            );
        }

        if (info.SpatialDimensions == 2 && !image.Shape.IsImage)
        {
            throw new InputDataException(
                $"{image.NameInErrors} has {image.Shape.Depth} slices; the classifier takes single pictures. Give one slice, or "
                    + "train a classifier of volumes."
            );
        }
    }
}
