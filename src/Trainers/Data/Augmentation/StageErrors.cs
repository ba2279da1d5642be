using Microsoft.ML.MedicalSegmentation.Metrics.Surfaces;

namespace Microsoft.ML.MedicalSegmentation.Data.Augmentation;

/// <summary>Changes the masks of a stage before as a wrong prediction would, so that a cascade does not learn to trust them.</summary>
/// <remarks>
/// As nnU-Net: with probability 0.4 each mask is dilated, eroded, opened or closed by a ball of a radius of 1 to 8 voxels, and what a mask
/// gains the others lose; with probability 0.2 a connected part of each mask is removed unless it takes 15 % of the patch or more. Differs:
/// a part is drawn by one of its voxels, so that large parts are drawn more often.
/// </remarks>
internal static class StageErrors
{
    private const double MorphologyProbability = 0.4;
    private const double RemovalProbability = 0.2;
    private const double LargestRemovedShare = 0.15;
    private const int LargestRadius = 8;

    /// <summary>Changes masks in place.</summary>
    /// <param name="masks">[mask, D, H, W], 0 or 1.</param>
    /// <param name="shape">Size of the patch; channels are not read.</param>
    /// <param name="random">Decides.</param>
    public static void Apply(Span<float> masks, VolumeShape shape, PatchRandom random)
    {
        var length = (int)shape.ChannelCount;
        if (random.NextBoolean(MorphologyProbability))
        {
            for (var first = 0; first < masks.Length; first += length)
            {
                Change(masks, first, shape, random);
            }
        }

        if (random.NextBoolean(RemovalProbability))
        {
            for (var first = 0; first < masks.Length; first += length)
            {
                RemovePart(masks.Slice(first, length), shape, random);
            }
        }
    }

    private static void Change(Span<float> masks, int first, VolumeShape shape, PatchRandom random)
    {
        var mask = masks.Slice(first, (int)shape.ChannelCount);
        var (kind, radius) = (random.NextInt(4), 1 + random.NextInt(LargestRadius));
        var changed = kind switch
        {
            0 => Grow(mask, 1, radius, shape),
            1 => Grow(mask, 0, radius, shape),
            2 => Grow(Grow(mask, 0, radius, shape), 1, radius, shape),
            _ => Grow(Grow(mask, 1, radius, shape), 0, radius, shape),
        };
        for (var i = 0; i < changed.Length; i++)
        {
            // What the mask gains, all masks lose at first.
            for (var voxel = i; changed[i] > mask[i] && voxel < masks.Length; voxel += changed.Length)
            {
                masks[voxel] = 0;
            }
        }

        changed.CopyTo(mask);
    }

    /// <summary>The mask when voxels of one value have spread to all that a ball around them reaches.</summary>
    /// <param name="mask">[D, H, W], 0 or 1.</param>
    /// <param name="value">1 dilates the mask, 0 erodes it.</param>
    /// <param name="radius">Voxels.</param>
    /// <param name="shape">Size of the mask.</param>
    internal static float[] Grow(ReadOnlySpan<float> mask, float value, int radius, VolumeShape shape)
    {
        var squares = new double[mask.Length];
        for (var i = 0; i < squares.Length; i++)
        {
            squares[i] = mask[i] == value ? 0 : double.PositiveInfinity;
        }

        SignedDistance.Square(squares, shape);
        return Array.ConvertAll(squares, square => square <= radius * radius ? value : 1 - value);
    }

    private static void RemovePart(Span<float> mask, VolumeShape shape, PatchRandom random)
    {
        var voxels = new List<int>();
        for (var i = 0; i < mask.Length; i++)
        {
            if (mask[i] > 0)
            {
                voxels.Add(i);
            }
        }

        if (voxels.Count == 0)
        {
            return;
        }

        var part = PartOf(mask, voxels[random.NextInt(voxels.Count)], shape);
        if (part.Count < LargestRemovedShare * mask.Length)
        {
            foreach (var voxel in part)
            {
                mask[voxel] = 0;
            }
        }
    }

    // The voxels that faces connect with one of the mask.
    private static HashSet<int> PartOf(ReadOnlySpan<float> mask, int start, VolumeShape shape)
    {
        var part = new HashSet<int> { start };
        var open = new Stack<int>(part);
        while (open.TryPop(out var at))
        {
            var (x, y, z) = (at % shape.Width, at / shape.Width % shape.Height, at / (shape.Width * shape.Height));
            foreach (
                var (position, count, step) in new[]
                {
                    (x, shape.Width, 1),
                    (y, shape.Height, shape.Width),
                    (z, shape.Depth, shape.Width * shape.Height),
                }
            )
            {
                if (position > 0 && mask[at - step] > 0 && part.Add(at - step))
                {
                    open.Push(at - step);
                }

                if (position < count - 1 && mask[at + step] > 0 && part.Add(at + step))
                {
                    open.Push(at + step);
                }
            }
        }

        return part;
    }
}
