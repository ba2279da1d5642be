using Microsoft.ML.MedicalSegmentation.Data.Cases;
using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Data.Augmentation;

/// <summary>Reads a patch from a case, changed by a list of augmentations.</summary>
internal static class AugmentedPatch
{
    /// <summary>Fills a patch.</summary>
    /// <param name="steps">Applied in this order; those that move voxels act while the patch is read.</param>
    /// <param name="source">Where the voxels come from.</param>
    /// <param name="classes">From label values to class indices.</param>
    /// <param name="box">Place and size of the patch.</param>
    /// <param name="stream">Decides everything.</param>
    /// <param name="image">[C, D, H, W].</param>
    /// <param name="labels">[D, H, W]; empty where only the image is wanted.</param>
    public static void Read(
        IReadOnlyList<PatchAugmentation> steps,
        TrainingCase source,
        ClassMap classes,
        PaddedBox box,
        RandomStream stream,
        Span<float> image,
        Span<long> labels
    )
    {
        var shape = new VolumeShape(source.Image.Shape.Channels, box.Depth, box.Height, box.Width);
        var random = new PatchRandom(stream);
        var isApplied = new bool[steps.Count];
        var warp = new PatchWarp(shape);
        for (var i = 0; i < steps.Count; i++)
        {
            isApplied[i] = random.NextBoolean(steps[i].Probability);
            if (isApplied[i])
            {
                steps[i].Warp(warp, random);
            }
        }

        if (warp.IsIdentity)
        {
            box.CopyImage(source.Image, image);
            if (!labels.IsEmpty)
            {
                box.CopyLabels(source.Labels, classes, labels);
            }
        }
        else
        {
            WarpedPatch.Read(source, classes, box, warp, image, labels);
        }

        if (source.MaskChannels > 0)
        {
            // Interpolation has made shares of the masks.
            var masks = image[^(source.MaskChannels * (int)shape.ChannelCount)..];
            for (var i = 0; i < masks.Length; i++)
            {
                masks[i] = masks[i] >= 0.5f ? 1 : 0;
            }

            StageErrors.Apply(masks, shape, random);
        }

        for (var i = 0; i < steps.Count; i++)
        {
            if (isApplied[i])
            {
                steps[i].Apply(new TrainingPatch(shape, image, labels, source.MaskChannels), random);
            }
        }
    }
}
