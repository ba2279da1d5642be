using Microsoft.ML.MedicalSegmentation.Preprocessing;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Planned;

/// <summary>Labels of a stage before as further input channels of a network.</summary>
internal static class StageMasks
{
    /// <summary>The image with one channel of 0 and 1 for each label after its own.</summary>
    /// <param name="image">A prepared image.</param>
    /// <param name="labels">Labels of the stage before on its grid.</param>
    /// <param name="wanted">The label of each channel that is added.</param>
    public static float[] Append(PreparedImage image, int[] labels, IReadOnlyList<int> wanted)
    {
        var length = (int)image.Shape.ChannelCount;
        var values = new float[checked((image.Shape.Channels + wanted.Count) * length)];
        image.Values.CopyTo(values, 0);
        foreach (var (i, label) in wanted.Index())
        {
            var channel = values.AsSpan((image.Shape.Channels + i) * length, length);
            for (var voxel = 0; voxel < length; voxel++)
            {
                channel[voxel] = labels[voxel] == label ? 1 : 0;
            }
        }

        return values;
    }
}
