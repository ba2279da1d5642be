using Microsoft.ML.MedicalSegmentation.Datasets.Fingerprints;
using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Preprocessing;

/// <summary>Copies a box of a volume into an array with other axes.</summary>
internal static class VoxelCopy
{
    /// <summary>Copies the values of all channels.</summary>
    /// <returns>[channel, depth, height, width] in the axis order <paramref name="order"/>.</returns>
    public static float[] Copy(Volume volume, VoxelBox box, IReadOnlyList<int> order, ParallelOptions parallel)
    {
        var shape = box.Shape;
        var steps = StepsInTarget(shape, order);
        var values = LargeArray.Allocate<float>(checked((int)shape.Count));
        Parallel.For(0, shape.Channels * shape.Depth, parallel, () => new float[shape.Width], (plane, _, row) =>
        {
            var (channel, z) = Math.DivRem(plane, shape.Depth);
            for (var y = 0; y < shape.Height; y++)
            {
                var target = values.AsSpan((channel * (int)shape.ChannelCount) + (z * steps[0]) + (y * steps[1]));
                var source = volume.Offset(channel, box.Start.Z + z, box.Start.Y + y, box.Start.X);
                if (steps[2] == 1)
                {
                    volume.CopyValues(source, target[..shape.Width]);
                    continue;
                }

                volume.CopyValues(source, row);
                for (var x = 0; x < row.Length; x++)
                {
                    target[x * steps[2]] = row[x];
                }
            }

            return row;
        }, static _ => { });
        return values;
    }

    /// <summary>Copies labels.</summary>
    /// <param name="labels">Labels.</param>
    /// <param name="start">First voxel, in the axis order <paramref name="order"/>.</param>
    /// <param name="shape">Size, in that order.</param>
    /// <param name="order">The array axis of each axis of the result.</param>
    public static int[] Copy(LabelVolume labels, IReadOnlyList<int> start, VolumeShape shape, IReadOnlyList<int> order)
    {
        int[] backward = [.. Enumerable.Range(0, 3).Select(axis => order.ToList().IndexOf(axis))];
        var own = AxisPermutation.Of(shape, backward);
        int[] first = AxisPermutation.Of(start, backward);
        var steps = StepsInTarget(own, order);
        var values = new int[checked((int)own.ChannelCount)];
        var row = new int[own.Width];
        for (var z = 0; z < own.Depth; z++)
        {
            for (var y = 0; y < own.Height; y++)
            {
                labels.CopyLabels(labels.Voxels.Offset(0, first[0] + z, first[1] + y, first[2]), row);
                var at = (z * steps[0]) + (y * steps[1]);
                for (var x = 0; x < row.Length; x++)
                {
                    values[at + (x * steps[2])] = row[x];
                }
            }
        }

        return values;
    }

    /// <summary>Step in the permuted array of each axis (depth, height, width) of the original.</summary>
    public static int[] StepsInTarget(VolumeShape original, IReadOnlyList<int> order)
    {
        var target = AxisPermutation.Of(original, order);
        int[] strides = [target.Height * target.Width, target.Width, 1];
        var steps = new int[3];
        for (var axis = 0; axis < 3; axis++)
        {
            steps[order[axis]] = strides[axis];
        }

        return steps;
    }
}
