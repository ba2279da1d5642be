namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Brings labels to another grid without ever blending label values.</summary>
public static class LabelResampling
{
    /// <summary>The labels at another spacing, over the same field of view.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A spacing is not above 0.</exception>
    public static LabelVolume Resample(
        this LabelVolume labels, Vector3D spacing, LabelInterpolation interpolation = LabelInterpolation.Nearest, int maximumThreads = 0)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var (shape, geometry) = Resampling.GridOfSpacing(labels.Geometry, labels.Shape, spacing);
        return labels.ResampleTo(shape, geometry, interpolation, maximumThreads);
    }

    /// <summary>The labels on another grid; background (0) outside the source.</summary>
    /// <param name="labels">The source.</param>
    /// <param name="shape">Size of the wanted grid.</param>
    /// <param name="geometry">Position of the wanted grid.</param>
    /// <param name="interpolation">Closest voxel, or the class with the largest linear weight.</param>
    /// <param name="maximumThreads">Most threads to use; 0 takes one per processor.</param>
    /// <returns>Labels with the source's classes; the source itself where it has that grid already.</returns>
    public static LabelVolume ResampleTo(
        this LabelVolume labels, VolumeShape shape, VolumeGeometry geometry, LabelInterpolation interpolation = LabelInterpolation.Nearest, int maximumThreads = 0)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(geometry);
        shape = shape.WithChannels(1);
        shape.Validate();
        if (shape == labels.Shape && geometry.LargestDifference(labels.Geometry, shape) < 1e-6)
        {
            return labels;
        }

        var options = new ResamplingOptions { Interpolation = Interpolation.Nearest, OutsideValue = 0, MaximumThreads = maximumThreads };
        return interpolation == LabelInterpolation.Nearest
            ? LabelVolume.FromVolume(labels.Voxels.ResampleTo(shape, geometry, options), labels.Classes)
            : labels.Voxels is Volume<byte> narrow
                ? LabelVolume.Create(Vote(narrow.Memory, labels, shape, geometry, options), shape, geometry, labels.Classes)
                : LabelVolume.Create(Vote(((Volume<ushort>)labels.Voxels).Memory, labels, shape, geometry, options), shape, geometry, labels.Classes);
    }

    private static T[] Vote<T>(ReadOnlyMemory<T> memory, LabelVolume labels, VolumeShape shape, VolumeGeometry geometry, ResamplingOptions options)
        where T : unmanaged, IEquatable<T>, IComparable<T>
    {
        var from = labels.Shape;
        var map = labels.Geometry.WorldToIndex.Compose(geometry.IndexToWorld);
        var result = new T[checked((int)shape.Count)];
        Parallel.For(0, shape.Depth, options.Parallelism, z =>
        {
            var voxels = memory.Span;
            Span<T> around = stackalloc T[8];
            Span<float> weights = stackalloc float[8];
            for (var y = 0; y < shape.Height; y++)
            {
                var start = map.Apply(new(0, y, z));
                var output = result.AsSpan(((z * shape.Height) + y) * shape.Width, shape.Width);
                for (var x = 0; x < shape.Width; x++)
                {
                    var position = start + (map.A * x);
                    if (!ObliqueResampler.IsOutside(position, from))
                    {
                        Gather(voxels, from, position, around, weights);
                        output[x] = Winner(around, weights);
                    }
                }
            }
        });
        return result;
    }

    private static void Gather<T>(ReadOnlySpan<T> voxels, VolumeShape shape, Vector3D position, Span<T> around, Span<float> weights)
    {
        var (x0, x1, tx) = ObliqueResampler.Around(position.X, shape.Width);
        var (y0, y1, ty) = ObliqueResampler.Around(position.Y, shape.Height);
        var (z0, z1, tz) = ObliqueResampler.Around(position.Z, shape.Depth);
        for (var corner = 0; corner < 8; corner++)
        {
            var (x, wx) = (corner & 1) == 0 ? (x0, 1 - tx) : (x1, tx);
            var (y, wy) = (corner & 2) == 0 ? (y0, 1 - ty) : (y1, ty);
            var (z, wz) = (corner & 4) == 0 ? (z0, 1 - tz) : (z1, tz);
            around[corner] = voxels[(((z * shape.Height) + y) * shape.Width) + x];
            weights[corner] = wx * wy * wz;
        }
    }

    // The label with the largest sum of weights; the smaller label where two have the same.
    private static T Winner<T>(ReadOnlySpan<T> around, ReadOnlySpan<float> weights)
        where T : unmanaged, IEquatable<T>, IComparable<T>
    {
        var winner = around[0];
        if (!around[1..].ContainsAnyExcept(winner))
        {
            return winner;
        }

        var best = -1f;
        for (var i = 0; i < around.Length; i++)
        {
            var sum = 0f;
            for (var j = 0; j < around.Length; j++)
            {
                sum += around[j].Equals(around[i]) ? weights[j] : 0;
            }

            if (sum > best + 1e-6f || (sum > best - 1e-6f && around[i].CompareTo(winner) < 0))
            {
                (winner, best) = (around[i], Math.Max(sum, best));
            }
        }

        return winner;
    }
}
