namespace Microsoft.ML.MedicalSegmentation.Benchmarks.Metrics;

/// <summary>Two label volumes of five ellipsoids; peer.py makes the same.</summary>
internal static class LabelPair
{
    /// <summary>The structures' label values.</summary>
    public static readonly int[] Labels = [1, 2, 3, 4, 5];

    // Centres and half axes along z, y, x as shares of the size.
    private static readonly double[][] Ellipsoids =
    [
        [0.55, 0.40, 0.32, 0.25, 0.19, 0.22],
        [0.30, 0.45, 0.72, 0.28, 0.24, 0.17],
        [0.60, 0.60, 0.78, 0.12, 0.11, 0.10],
        [0.70, 0.72, 0.30, 0.14, 0.07, 0.06],
        [0.80, 0.75, 0.66, 0.04, 0.03, 0.03],
    ];

    /// <summary>Truth and prediction of that size.</summary>
    public static (LabelVolume Truth, LabelVolume Prediction) Make(int depth, int height, int width)
    {
        var shape = new VolumeShape(1, depth, height, width);
        var geometry = VolumeGeometry.FromSpacing(0.8, 0.8, 1.5);
        return (LabelVolume.Create(Draw(shape, 1, 0), shape, geometry), LabelVolume.Create(Draw(shape, 0.97, 2), shape, geometry));
    }

    /// <summary>A volume of the same size whose foreground is a tenth of the voxels, picked by a hash.</summary>
    public static LabelVolume Specks(LabelVolume volume) =>
        _specks is { } made && made.Shape == volume.Shape ? made : _specks = Speckle(volume);

    private static LabelVolume? _specks;

    private static LabelVolume Speckle(LabelVolume volume)
    {
        var labels = new byte[volume.Shape.Count];
        for (var i = 0; i < labels.Length; i++)
        {
            labels[i] = (byte)(((uint)i * 2654435761u) >> 16 & 0xFF) < 26 ? (byte)1 : (byte)0;
        }

        return LabelVolume.Create(labels, volume.Shape, volume.Geometry);
    }

    private static byte[] Draw(VolumeShape shape, double scale, double shift)
    {
        var labels = new byte[shape.Count];
        double[] size = [shape.Depth, shape.Height, shape.Width];
        for (var label = 1; label <= Ellipsoids.Length; label++)
        {
            var e = Ellipsoids[label - 1];
            var (low, high) = (new int[3], new int[3]);
            for (var axis = 0; axis < 3; axis++)
            {
                low[axis] = Math.Max(0, (int)(size[axis] * (e[axis] - e[axis + 3])) - 3);
                high[axis] = Math.Min((int)size[axis], (int)(size[axis] * (e[axis] + e[axis + 3])) + 4);
            }

            Parallel.For(low[0], high[0], z =>
            {
                for (var y = low[1]; y < high[1]; y++)
                {
                    for (var x = low[2]; x < high[2]; x++)
                    {
                        var dz = (z - (size[0] * e[0])) / (size[0] * e[3] * scale);
                        var dy = (y + shift - (size[1] * e[1])) / (size[1] * e[4] * scale);
                        var dx = (x - shift - (size[2] * e[2])) / (size[2] * e[5] * scale);
                        if ((dz * dz) + (dy * dy) + (dx * dx) <= 1)
                        {
                            labels[(((z * shape.Height) + y) * shape.Width) + x] = (byte)label;
                        }
                    }
                }
            });
        }

        // A copy, as pages that were never written are not in memory yet.
        return [.. labels];
    }
}
