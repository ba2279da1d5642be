using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Datasets.Fingerprints;

/// <summary>Draws values at labelled voxels, as many of every case, so that large structures do not outweigh small ones.</summary>
/// <remarks>
/// nnU-Net's rule: drawn with replacement among the voxels with a label above 0. Values that are not finite are left out.
/// Differs: the voxels are divided into as many equal parts as values are drawn, and one value is drawn from each part, so
/// that statistics vary less from draw to draw.
/// </remarks>
internal static class ForegroundSamples
{
    /// <summary>Offsets within a channel of the voxels of a box whose label is above 0.</summary>
    public static int[] Find(LabelVolume labels, VoxelBox box)
    {
        var offsets = new List<int>();
        var (start, end) = (box.Start, box.End);
        var row = new int[end.X - start.X];
        for (var z = start.Z; z < end.Z; z++)
        {
            for (var y = start.Y; y < end.Y; y++)
            {
                var offset = (int)labels.Voxels.Offset(0, z, y, start.X);
                labels.CopyLabels(offset, row);
                for (var x = 0; x < row.Length; x++)
                {
                    if (row[x] > 0)
                    {
                        offsets.Add(offset + x);
                    }
                }
            }
        }

        return [.. offsets];
    }

    /// <summary>Values of one channel at random ones of the offsets.</summary>
    public static float[] Draw(Volume channel, ReadOnlySpan<int> offsets, int count, RandomStream random)
    {
        if (offsets.IsEmpty)
        {
            return [];
        }

        var values = new float[count];
        var finite = 0;
        for (var i = 0; i < count; i++)
        {
            var position = (int)Math.Min((i + random.NextDouble()) * offsets.Length / count, offsets.Length - 1);
            channel.CopyValues(offsets[position], values.AsSpan(finite, 1));
            finite += float.IsFinite(values[finite]) ? 1 : 0;
        }

        return finite == count ? values : values[..finite];
    }
}
