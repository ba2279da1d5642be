using System.Numerics;
using System.Numerics.Tensors;
using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Spatial;

/// <summary>Resamples by the closest voxel; stored voxels are copied as they are.</summary>
internal static class NearestResampler
{
    /// <summary>The source's stored voxels on another grid.</summary>
    /// <param name="source">The source.</param>
    /// <param name="shape">Size of the grid; as many channels as the source.</param>
    /// <param name="geometry">Position of the grid.</param>
    /// <param name="parallelism">Bounds the threads.</param>
    /// <param name="reach">How far beyond the outermost voxels' centres the source reaches, in voxels.</param>
    /// <param name="outside">By channel, the value of voxels outside the source; null for the smallest value of the source.</param>
    public static Volume Resample(
        Volume source,
        VolumeShape shape,
        VolumeGeometry geometry,
        ParallelOptions parallelism,
        double reach,
        float[]? outside
    ) =>
        source switch
        {
            Volume<byte> v => Sample(v, shape, geometry, parallelism, reach, outside),
            Volume<sbyte> v => Sample(v, shape, geometry, parallelism, reach, outside),
            Volume<ushort> v => Sample(v, shape, geometry, parallelism, reach, outside),
            Volume<short> v => Sample(v, shape, geometry, parallelism, reach, outside),
            Volume<uint> v => Sample(v, shape, geometry, parallelism, reach, outside),
            Volume<int> v => Sample(v, shape, geometry, parallelism, reach, outside),
            Volume<ulong> v => Sample(v, shape, geometry, parallelism, reach, outside),
            Volume<long> v => Sample(v, shape, geometry, parallelism, reach, outside),
            Volume<float> v => Sample(v, shape, geometry, parallelism, reach, outside),
            Volume<double> v => Sample(v, shape, geometry, parallelism, reach, outside),
            _ => throw new NotSupportedException($"Volumes of {source.VoxelType} cannot be resampled."),
        };

    /// <summary>The voxel closest to a position along one axis.</summary>
    /// <remarks>Halves go up, but for rounding errors of the map, so that mirrored grids agree.</remarks>
    public static int Closest(double position, int length) => Math.Clamp((int)Math.Floor(position + 0.5 + 1e-9), 0, length - 1);

    private static Volume<T> Sample<T>(
        Volume<T> source,
        VolumeShape shape,
        VolumeGeometry geometry,
        ParallelOptions parallelism,
        double reach,
        float[]? outside
    )
        where T : unmanaged, INumber<T>
    {
        var from = source.Shape;
        var map = source.Geometry.WorldToIndex.Compose(geometry.IndexToWorld);
        var table = GridTable.Of(from, shape, map, reach);
        var memory = source.Memory;
        var around = outside is null
            ? Enumerable.Repeat(Smallest(source), shape.Channels).ToArray()
            : Array.ConvertAll(outside, value => ToStored(value, source));
        var result = LargeArray.Allocate<T>(checked((int)shape.Count));
        Parallel.For(0, shape.Channels * shape.Depth, parallelism, plane =>
        {
            var (channel, z) = Math.DivRem(plane, shape.Depth);
            var voxels = memory.Span.Slice((int)(channel * from.ChannelCount), (int)from.ChannelCount);
            var output = result.AsSpan(plane * shape.Height * shape.Width, shape.Height * shape.Width);
            for (var y = 0; y < shape.Height; y++)
            {
                var row = output.Slice(y * shape.Width, shape.Width);
                if (table is null)
                {
                    CopyOblique(voxels, from, map.Apply(new(0, y, z)), map.A, reach, row, around[channel]);
                }
                else
                {
                    CopyParallel(voxels, table.X, table.Y[y], table.Z[z], row, around[channel]);
                }
            }
        });
        return Volume.Create(result, shape, geometry, source.Scaling, source.Header);
    }

    private static void CopyParallel<T>(ReadOnlySpan<T> voxels, int[] x, int y, int z, Span<T> row, T outside)
    {
        if (y < 0 || z < 0)
        {
            row.Fill(outside);
            return;
        }

        var voxelsOfRow = voxels[(y + z)..];
        for (var i = 0; i < row.Length; i++)
        {
            row[i] = x[i] < 0 ? outside : voxelsOfRow[x[i]];
        }
    }

    private static void CopyOblique<T>(
        ReadOnlySpan<T> voxels,
        VolumeShape from,
        Vector3D start,
        Vector3D step,
        double reach,
        Span<T> row,
        T outside
    )
    {
        for (var i = 0; i < row.Length; i++)
        {
            var position = start + (step * i);
            row[i] = ObliqueResampler.IsOutside(position, from, reach)
                ? outside
                : voxels[
                    (((Closest(position.Z, from.Depth) * from.Height) + Closest(position.Y, from.Height)) * from.Width)
                        + Closest(position.X, from.Width)
                ];
        }
    }

    private static T ToStored<T>(float value, Volume<T> source)
        where T : unmanaged, INumber<T>
    {
        var stored = (value - source.Scaling.Intercept) / source.Scaling.Slope;
        return T.CreateSaturating(VoxelTypes.IsInteger(source.VoxelType) ? Math.Round(stored) : stored);
    }

    // The stored voxel of the smallest value: the largest one where the slope is negative.
    private static T Smallest<T>(Volume<T> source)
        where T : unmanaged, INumber<T>
        => source.Scaling.Slope > 0 ? TensorPrimitives.MinNumber(source.Voxels) : TensorPrimitives.MaxNumber(source.Voxels);
}
