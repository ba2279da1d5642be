using System.Numerics.Tensors;
using Microsoft.ML.MedicalSegmentation.Spatial;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Brings volumes to another grid: another spacing, or the grid of another volume.</summary>
public static class Resampling
{
    /// <summary>The grid of the given spacing over the same field of view.</summary>
    /// <param name="geometry">Of the source.</param>
    /// <param name="shape">Of the source.</param>
    /// <param name="spacing">Wanted distance between voxels along x, y, z in mm; above 0.</param>
    /// <returns>
    /// Sizes round(size * old spacing / new spacing), at least 1, around the same centre, with exactly the wanted spacing.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">A spacing is not above 0.</exception>
    public static (VolumeShape Shape, VolumeGeometry Geometry) GridOfSpacing(VolumeGeometry geometry, VolumeShape shape, Vector3D spacing)
    {
        if (!(spacing.X > 0 && spacing.Y > 0 && spacing.Z > 0) || !double.IsFinite(spacing.Length))
        {
            throw new ArgumentOutOfRangeException(
                nameof(spacing),
                $"The spacing {spacing} mm is impossible. Each of x, y and z must be above 0."
            );
        }

        var ratio = new Vector3D(spacing.X / geometry.Spacing.X, spacing.Y / geometry.Spacing.Y, spacing.Z / geometry.Spacing.Z);
        static int Size(int old, double factor) => (int)Math.Clamp(Math.Round(old / factor), 1, int.MaxValue);
        var target = new VolumeShape(shape.Channels, Size(shape.Depth, ratio.Z), Size(shape.Height, ratio.Y), Size(shape.Width, ratio.X));
        target.Validate(nameof(spacing));

        // The centre of the grid stays where it is.
        static double First(int old, int size, double factor) => ((old - 1) - ((size - 1) * factor)) / 2;
        var first = new Vector3D(
            First(shape.Width, target.Width, ratio.X),
            First(shape.Height, target.Height, ratio.Y),
            First(shape.Depth, target.Depth, ratio.Z)
        );
        var affine = geometry.IndexToWorld;
        return (target, new(new AffineTransform(affine.A * ratio.X, affine.B * ratio.Y, affine.C * ratio.Z, affine.Apply(first))));
    }

    /// <summary>The volume at another spacing, over the same field of view.</summary>
    /// <inheritdoc cref="ResampleTo(Volume, VolumeShape, VolumeGeometry, ResamplingOptions?)"/>
    public static Volume Resample(this Volume volume, Vector3D spacing, ResamplingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(volume);
        var (shape, geometry) = GridOfSpacing(volume.Geometry, volume.Shape, spacing);
        return volume.ResampleTo(shape, geometry, options);
    }

    /// <summary>The volume on another grid: every voxel of the grid takes the source's value at its position in the patient.</summary>
    /// <param name="volume">The source, any type, any orientation.</param>
    /// <param name="shape">Size of the wanted grid; its channel count is ignored.</param>
    /// <param name="geometry">Position of the wanted grid.</param>
    /// <param name="options">Interpolation. Default: linear.</param>
    /// <returns>
    /// Single precision values; with <see cref="Interpolation.Nearest"/> the source's stored type and scaling. The source itself where it
    /// has that grid already.
    /// </returns>
    /// <exception cref="ArgumentException">An option is out of its range, or the grid has more voxels than a volume holds.</exception>
    public static Volume ResampleTo(this Volume volume, VolumeShape shape, VolumeGeometry geometry, ResamplingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(volume);
        ArgumentNullException.ThrowIfNull(geometry);
        options ??= new();
        options.Validate();
        shape = shape.WithChannels(volume.Shape.Channels);
        shape.Validate();
        if (shape == volume.Shape && geometry.LargestDifference(volume.Geometry, shape) < 1e-6)
        {
            return volume;
        }

        var outside = options.OutsideValue is { } value ? Enumerable.Repeat(value, shape.Channels).ToArray() : null;
        return ResampleTo(volume, shape, geometry, options, outside);
    }

    /// <summary>The volume moved by a registration and put on a grid.</summary>
    /// <param name="volume">The source: the moving image.</param>
    /// <param name="gridToSource">
    /// From a position on the grid to the position in the source whose value it takes, RAS+ mm: the direction in which ITK, ANTs and
    /// elastix give registrations of the source (moving) onto the grid (fixed). Those count in LPS+; <see cref="AffineTransform.MirrorXY"/>
    /// brings one to RAS+.
    /// </param>
    /// <param name="shape">Size of the wanted grid; its channel count is ignored.</param>
    /// <param name="geometry">Position of the wanted grid, as of the fixed image.</param>
    /// <param name="options">Interpolation. Default: linear.</param>
    /// <returns>As of <see cref="ResampleTo(Volume, VolumeShape, VolumeGeometry, ResamplingOptions?)"/>.</returns>
    /// <exception cref="ArgumentException">The map is singular or not finite, or an option is out of its range.</exception>
    public static Volume Resample(
        this Volume volume, AffineTransform gridToSource, VolumeShape shape, VolumeGeometry geometry, ResamplingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(volume);
        return volume.WithGeometry(volume.Geometry.Moved(gridToSource)).ResampleTo(shape, geometry, options);
    }

    /// <summary>Resamples with a value of its own outside each channel; the smallest value of the source where null.</summary>
    internal static Volume ResampleTo(
        Volume volume,
        VolumeShape shape,
        VolumeGeometry geometry,
        ResamplingOptions options,
        float[]? outside
    )
    {
        var map = volume.Geometry.WorldToIndex.Compose(geometry.IndexToWorld);
        var order = AxisOrder.Along(map, shape);

        // A grid with parallel axes separates, after a turn where its axes are in another order.
        var interpolation = order is { } turn
            ? AxisInterpolation.Of(options, turn.Apply(volume.Geometry.Spacing), geometry.Spacing)
            : AxisInterpolation.Of(options, volume.Geometry.Spacing, target: null);
        if (interpolation.IsNearest)
        {
            return NearestResampler.Resample(volume, shape, geometry, options.Parallelism, options.Reach, outside);
        }

        float[] Outside() => outside ?? [.. Enumerable.Repeat(Smallest(volume), shape.Channels)];
        float[] values;
        if (order is { } parallel)
        {
            var turned = Reorientation.Turn(volume, parallel);
            map = turned.Geometry.WorldToIndex.Compose(geometry.IndexToWorld);
            values = SeparableResampler.Resample(turned, shape, map, interpolation, options.Parallelism, options.Reach, Outside);
        }
        else
        {
            values = ObliqueResampler.Resample(volume, shape, map, interpolation, options.Parallelism, options.Reach, Outside());
        }

        return Volume.Create(values, shape, geometry, header: volume.Header);
    }

    private static float Smallest(Volume volume)
    {
        var smallest = float.PositiveInfinity;
        var buffer = new float[1 << 14];
        for (long start = 0; start < volume.Shape.Count; start += buffer.Length)
        {
            var block = buffer.AsSpan(0, (int)Math.Min(buffer.Length, volume.Shape.Count - start));
            volume.CopyValues(start, block);
            smallest = float.MinNumber(smallest, TensorPrimitives.MinNumber<float>(block));
        }

        return smallest;
    }
}
