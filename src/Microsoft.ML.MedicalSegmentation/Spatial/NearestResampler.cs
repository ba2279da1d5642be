using System.Numerics;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Resamples by the closest voxel; stored voxels are copied as they are.</summary>
internal static class NearestResampler
{
    /// <summary>The source's stored voxels on another grid.</summary>
    public static Volume Resample(Volume source, VolumeShape shape, VolumeGeometry geometry, ResamplingOptions options) => source switch
    {
        Volume<byte> v => Sample(v, shape, geometry, options),
        Volume<sbyte> v => Sample(v, shape, geometry, options),
        Volume<ushort> v => Sample(v, shape, geometry, options),
        Volume<short> v => Sample(v, shape, geometry, options),
        Volume<uint> v => Sample(v, shape, geometry, options),
        Volume<int> v => Sample(v, shape, geometry, options),
        Volume<ulong> v => Sample(v, shape, geometry, options),
        Volume<long> v => Sample(v, shape, geometry, options),
        Volume<float> v => Sample(v, shape, geometry, options),
        Volume<double> v => Sample(v, shape, geometry, options),
        _ => throw new NotSupportedException($"Volumes of {source.VoxelType} cannot be resampled."),
    };

    private static Volume<T> Sample<T>(Volume<T> source, VolumeShape shape, VolumeGeometry geometry, ResamplingOptions options)
        where T : unmanaged, INumber<T>
    {
        var from = source.Shape;
        var map = source.Geometry.WorldToIndex.Compose(geometry.IndexToWorld);
        var outside = options.OutsideValue is { } value
            ? T.CreateSaturating(Math.Round((value - source.Scaling.Intercept) / source.Scaling.Slope))
            : Smallest(source.Voxels);
        var memory = source.Memory;
        var result = GC.AllocateUninitializedArray<T>(checked((int)shape.Count));
        Parallel.For(0, shape.Channels * shape.Depth, options.Parallelism, plane =>
        {
            var (channel, z) = Math.DivRem(plane, shape.Depth);
            var voxels = memory.Span.Slice((int)(channel * from.ChannelCount), (int)from.ChannelCount);
            var output = result.AsSpan(plane * shape.Height * shape.Width, shape.Height * shape.Width);
            for (var y = 0; y < shape.Height; y++)
            {
                var start = map.Apply(new(0, y, z));
                for (var x = 0; x < shape.Width; x++)
                {
                    var position = start + (map.A * x);
                    output[(y * shape.Width) + x] = ObliqueResampler.IsOutside(position, from)
                        ? outside
                        : voxels[(((Closest(position.Z, from.Depth) * from.Height) + Closest(position.Y, from.Height)) * from.Width) + Closest(position.X, from.Width)];
                }
            }
        });
        return Volume.Create(result, shape, geometry, source.Scaling);
    }

    // Halves go up, but for rounding errors of the map, so that mirrored grids agree.
    private static int Closest(double position, int length) => Math.Clamp((int)Math.Floor(position + 0.5 + 1e-9), 0, length - 1);

    private static T Smallest<T>(ReadOnlySpan<T> voxels)
        where T : unmanaged, INumber<T>
    {
        var smallest = voxels[0];
        foreach (var voxel in voxels)
        {
            smallest = T.Min(smallest, voxel);
        }

        return smallest;
    }
}
