using System.Numerics.Tensors;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Brings volumes to another grid: another spacing, or the grid of another volume.</summary>
public static class Resampling
{
    /// <summary>The grid of the given spacing over the same field of view.</summary>
    /// <param name="geometry">Of the source.</param>
    /// <param name="shape">Of the source.</param>
    /// <param name="spacing">Wanted distance between voxels along x, y, z in mm; above 0.</param>
    /// <returns>Sizes round(size * old spacing / new spacing), at least 1, around the same centre, with exactly the wanted spacing.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A spacing is not above 0.</exception>
    public static (VolumeShape Shape, VolumeGeometry Geometry) GridOfSpacing(VolumeGeometry geometry, VolumeShape shape, Vector3D spacing)
    {
        if (!(spacing.X > 0 && spacing.Y > 0 && spacing.Z > 0) || !double.IsFinite(spacing.Length))
        {
            throw new ArgumentOutOfRangeException(nameof(spacing), $"The spacing {spacing} mm is impossible. Each of x, y and z must be above 0.");
        }

        var ratio = new Vector3D(spacing.X / geometry.Spacing.X, spacing.Y / geometry.Spacing.Y, spacing.Z / geometry.Spacing.Z);
        static int Size(int old, double factor) => (int)Math.Clamp(Math.Round(old / factor), 1, int.MaxValue);
        var target = new VolumeShape(shape.Channels, Size(shape.Depth, ratio.Z), Size(shape.Height, ratio.Y), Size(shape.Width, ratio.X));
        target.Validate(nameof(spacing));

        // The centre of the grid stays where it is.
        static double First(int old, int size, double factor) => ((old - 1) - ((size - 1) * factor)) / 2;
        var first = new Vector3D(First(shape.Width, target.Width, ratio.X), First(shape.Height, target.Height, ratio.Y), First(shape.Depth, target.Depth, ratio.Z));
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
    /// <param name="options">Interpolation; linear where left out.</param>
    /// <returns>Single precision values; with <see cref="Interpolation.Nearest"/> the source's stored type and scaling. The source itself where it has that grid already.</returns>
    public static Volume ResampleTo(this Volume volume, VolumeShape shape, VolumeGeometry geometry, ResamplingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(volume);
        ArgumentNullException.ThrowIfNull(geometry);
        options ??= new();
        shape = shape.WithChannels(volume.Shape.Channels);
        shape.Validate();
        if (shape == volume.Shape && geometry.LargestDifference(volume.Geometry, shape) < 1e-6)
        {
            return volume;
        }

        if (options.Interpolation == Interpolation.Nearest && options.AlongDepth is null or Interpolation.Nearest)
        {
            return NearestResampler.Resample(volume, shape, geometry, options);
        }

        var outside = options.OutsideValue ?? Smallest(volume);

        // A grid with parallel axes separates, after a turn where its axes are in another order.
        var turned = volume.Reorient(geometry.OrientationCode);
        var map = turned.Geometry.WorldToIndex.Compose(geometry.IndexToWorld);
        var values = IsDiagonal(map, shape)
            ? SeparableResampler.Resample(turned, shape, map, options, outside)
            : ObliqueResampler.Resample(volume, shape, volume.Geometry.WorldToIndex.Compose(geometry.IndexToWorld), options, outside);
        return Volume.Create(values, shape, geometry);
    }

    /// <summary>True where no off-diagonal element moves a corner of the grid by a thousandth of a voxel.</summary>
    internal static bool IsDiagonal(AffineTransform map, VolumeShape shape)
    {
        var offDiagonal = (Math.Max(Math.Abs(map.A.Y), Math.Abs(map.A.Z)) * shape.Width)
            + (Math.Max(Math.Abs(map.B.X), Math.Abs(map.B.Z)) * shape.Height)
            + (Math.Max(Math.Abs(map.C.X), Math.Abs(map.C.Y)) * shape.Depth);
        return offDiagonal < 1e-3;
    }

    private static float Smallest(Volume volume)
    {
        var smallest = float.PositiveInfinity;
        var buffer = new float[1 << 14];
        for (long start = 0; start < volume.Shape.Count; start += buffer.Length)
        {
            var block = buffer.AsSpan(0, (int)Math.Min(buffer.Length, volume.Shape.Count - start));
            volume.CopyValues(start, block);
            smallest = Math.Min(smallest, TensorPrimitives.Min<float>(block));
        }

        return smallest;
    }
}
