using System.Numerics;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Brings labels to another grid without ever blending label values.</summary>
public static class LabelResampling
{
    /// <summary>The labels at another spacing, over the same field of view.</summary>
    /// <inheritdoc cref="ResampleTo(LabelVolume, VolumeShape, VolumeGeometry, LabelResamplingOptions?)"/>
    /// <param name="labels">The source.</param>
    /// <param name="spacing">Wanted distance between voxels along x, y, z in mm; above 0.</param>
    /// <param name="options">Closest voxel, or the class with the largest linear weight; the closest voxel where left out.</param>
    /// <exception cref="ArgumentOutOfRangeException">A spacing is not above 0.</exception>
    public static LabelVolume Resample(this LabelVolume labels, Vector3D spacing, LabelResamplingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var (shape, geometry) = Resampling.GridOfSpacing(labels.Geometry, labels.Shape, spacing);
        return labels.ResampleTo(shape, geometry, options);
    }

    /// <summary>The labels moved by a registration and put on a grid; background (0) outside the source.</summary>
    /// <param name="labels">The source: labels of the moving image.</param>
    /// <param name="gridToSource">From a position on the grid to the position in the source whose label it takes, RAS+ mm; see <see cref="Resampling.Resample(Volume, AffineTransform, VolumeShape, VolumeGeometry, ResamplingOptions?)"/>.</param>
    /// <param name="shape">Size of the wanted grid.</param>
    /// <param name="geometry">Position of the wanted grid, as of the fixed image.</param>
    /// <param name="options">Closest voxel, or the class with the largest linear weight; the closest voxel where left out.</param>
    /// <exception cref="ArgumentException">The map is singular or not finite, or an option is out of its range.</exception>
    public static LabelVolume Resample(
        this LabelVolume labels, AffineTransform gridToSource, VolumeShape shape, VolumeGeometry geometry, LabelResamplingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return labels.WithGeometry(labels.Geometry.Moved(gridToSource)).ResampleTo(shape, geometry, options);
    }

    /// <summary>The labels on another grid; background (0) outside the source.</summary>
    /// <param name="labels">The source.</param>
    /// <param name="shape">Size of the wanted grid.</param>
    /// <param name="geometry">Position of the wanted grid.</param>
    /// <param name="options">Closest voxel, or the class with the largest linear weight; the closest voxel where left out.</param>
    /// <returns>Labels with the source's classes; the source itself where it has that grid already.</returns>
    /// <exception cref="ArgumentException">An option is out of its range, or the grid has more voxels than a volume holds.</exception>
    public static LabelVolume ResampleTo(this LabelVolume labels, VolumeShape shape, VolumeGeometry geometry, LabelResamplingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(geometry);
        options ??= new();
        options.Validate();
        shape = shape.WithChannels(1);
        shape.Validate();
        if (shape == labels.Shape && geometry.LargestDifference(labels.Geometry, shape) < 1e-6)
        {
            return labels;
        }

        if (options.Interpolation == LabelInterpolation.Nearest)
        {
            return LabelVolume.FromVolume(NearestResampler.Resample(labels.Voxels, shape, geometry, options.Parallelism, options.Reach, [0]), labels.Classes);
        }

        var map = labels.Geometry.WorldToIndex.Compose(geometry.IndexToWorld);
        var coarse = CoarseAxis(labels.Geometry, geometry, AxisOrder.Along(map, shape), options.AnisotropyThreshold);
        Volume voxels = labels.Voxels is Volume<byte> narrow
            ? Volume.Create(Vote(narrow, shape, map, coarse, options), shape, geometry, header: narrow.Header)
            : Volume.Create(Vote((Volume<ushort>)labels.Voxels, shape, map, coarse, options), shape, geometry, header: labels.Voxels.Header);
        return LabelVolume.FromVolume(voxels, labels.Classes);
    }

    // The source's axis along which the nearest slice is taken; null where none is.
    private static int? CoarseAxis(VolumeGeometry source, VolumeGeometry grid, AxisOrder? order, double? threshold)
        => threshold is { } limit ? AxisInterpolation.CoarseAxis(source.Spacing, order?.Undo(grid.Spacing), limit) : null;

    private static T[] Vote<T>(Volume<T> labels, VolumeShape shape, AffineTransform map, int? coarse, LabelResamplingOptions options)
        where T : unmanaged, INumber<T>
    {
        var from = labels.Shape;
        var memory = labels.Memory;
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
                    if (!ObliqueResampler.IsOutside(position, from, options.Reach))
                    {
                        Gather(voxels, from, Snap(position, from, coarse), around, weights);
                        output[x] = Winner(around, weights);
                    }
                }
            }
        });
        return result;
    }

    private static Vector3D Snap(Vector3D position, VolumeShape shape, int? axis) => axis switch
    {
        0 => position with { X = NearestResampler.Closest(position.X, shape.Width) },
        1 => position with { Y = NearestResampler.Closest(position.Y, shape.Height) },
        2 => position with { Z = NearestResampler.Closest(position.Z, shape.Depth) },
        _ => position,
    };

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
