namespace Microsoft.ML.MedicalSegmentation.Spatial;

/// <summary>Resamples onto a grid at any angle to the source's.</summary>
internal static class ObliqueResampler
{
    /// <summary>Values on the grid.</summary>
    /// <param name="source">The source.</param>
    /// <param name="shape">Size of the grid.</param>
    /// <param name="map">From index in the grid to index in the source.</param>
    /// <param name="interpolation">By axis of the source.</param>
    /// <param name="parallelism">Bounds the threads.</param>
    /// <param name="reach">How far beyond the outermost voxels' centres the source reaches, in voxels.</param>
    /// <param name="outside">Value outside the source, by channel.</param>
    public static float[] Resample(
        Volume source,
        VolumeShape shape,
        AffineTransform map,
        AxisInterpolation interpolation,
        ParallelOptions parallelism,
        double reach,
        float[] outside
    ) =>
        !interpolation.IsLinear
            ? ObliqueSpline.Resample(source, shape, map, interpolation, parallelism, reach, outside)
            : source switch
            {
                Volume<byte> v => ObliqueLinear.Resample(v, shape, map, parallelism, reach, outside),
                Volume<sbyte> v => ObliqueLinear.Resample(v, shape, map, parallelism, reach, outside),
                Volume<ushort> v => ObliqueLinear.Resample(v, shape, map, parallelism, reach, outside),
                Volume<short> v => ObliqueLinear.Resample(v, shape, map, parallelism, reach, outside),
                Volume<uint> v => ObliqueLinear.Resample(v, shape, map, parallelism, reach, outside),
                Volume<int> v => ObliqueLinear.Resample(v, shape, map, parallelism, reach, outside),
                Volume<ulong> v => ObliqueLinear.Resample(v, shape, map, parallelism, reach, outside),
                Volume<long> v => ObliqueLinear.Resample(v, shape, map, parallelism, reach, outside),
                Volume<float> v => ObliqueLinear.Resample(v, shape, map, parallelism, reach, outside),
                Volume<double> v => ObliqueLinear.Resample(v, shape, map, parallelism, reach, outside),
                _ => throw new NotSupportedException($"Volumes of {source.VoxelType} cannot be resampled."),
            };

    /// <summary>True for positions that are farther beyond the outermost voxels' centres than the source reaches.</summary>
    internal static bool IsOutside(Vector3D position, VolumeShape shape, double reach)
        => AxisTaps.IsBeyond(position.X, shape.Width, reach)
            || AxisTaps.IsBeyond(position.Y, shape.Height, reach)
            || AxisTaps.IsBeyond(position.Z, shape.Depth, reach);
}
