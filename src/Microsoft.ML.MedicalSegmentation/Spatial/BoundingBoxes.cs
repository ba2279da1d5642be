namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Finds the block of voxels that matters.</summary>
public static class BoundingBoxes
{
    /// <summary>
    /// The smallest window around values above <paramref name="threshold"/> in any channel, widened by a margin within the volume.
    /// </summary>
    /// <param name="volume">The source.</param>
    /// <param name="threshold">Values above it are foreground, in the unit of the values.</param>
    /// <param name="margin">Voxels to add on every side, 0 or more.</param>
    /// <returns>The window; all of the volume where nothing is above the threshold.</returns>
    public static VolumeRegion ForegroundWindow(this Volume volume, double threshold = 0, int margin = 0)
    {
        ArgumentNullException.ThrowIfNull(volume);
        ArgumentOutOfRangeException.ThrowIfNegative(margin);
        return volume.BoundingWindow(threshold) is { } window
            ? window.Widen(volume.Shape, new(margin, margin, margin))
            : VolumeRegion.All(volume.Shape);
    }

    /// <summary>The smallest window around labels above 0, widened by a margin within the volume; null if every label is 0.</summary>
    /// <param name="labels">The mask.</param>
    /// <param name="margin">Voxels to add on every side, 0 or more.</param>
    public static VolumeRegion? MaskWindow(this LabelVolume labels, int margin = 0)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfNegative(margin);
        return labels.Voxels.BoundingWindow(0)?.Widen(labels.Shape, new(margin, margin, margin));
    }

    /// <summary>The smallest window around values above a threshold in any channel; null if there are none.</summary>
    internal static VolumeRegion? BoundingWindow(this Volume volume, double threshold)
    {
        var shape = volume.Shape;
        var row = new float[shape.Width];
        var (x, y, z) = (new Extent(), new Extent(), new Extent());
        for (var line = 0; line < shape.Channels * shape.Depth * shape.Height; line++)
        {
            volume.CopyValues((long)line * shape.Width, row);
            var first = Array.FindIndex(row, value => value > threshold);
            if (first >= 0)
            {
                x.Add(first);
                x.Add(Array.FindLastIndex(row, value => value > threshold));
                y.Add(line % shape.Height);
                z.Add(line / shape.Height % shape.Depth);
            }
        }

        return x.Count > 0 ? new(x.First, y.First, z.First, x.Count, y.Count, z.Count) : null;
    }

    /// <summary>The window with voxels added on either side along x, y and z, but none outside the volume.</summary>
    internal static VolumeRegion Widen(this VolumeRegion window, VolumeShape shape, (int X, int Y, int Z) margin)
    {
        static (int First, int Count) Along(int first, int count, int margin, int size)
        {
            var widened = (int)Math.Max(0, (long)first - margin);
            return (widened, (int)Math.Min(size, (long)first + count + margin) - widened);
        }

        var (x, width) = Along(window.X, window.Width, margin.X, shape.Width);
        var (y, height) = Along(window.Y, window.Height, margin.Y, shape.Height);
        var (z, depth) = Along(window.Z, window.Depth, margin.Z, shape.Depth);
        return new(x, y, z, width, height, depth);
    }

    /// <summary>First and last index seen along one axis.</summary>
    private sealed class Extent
    {
        private int _last = -1;

        public int First { get; private set; } = int.MaxValue;

        public int Count => _last < 0 ? 0 : _last - First + 1;

        public void Add(int index) => (First, _last) = (Math.Min(First, index), Math.Max(_last, index));
    }
}
