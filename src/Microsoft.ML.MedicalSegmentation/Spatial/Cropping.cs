using System.Numerics;
using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Cuts volumes down and fills them up; every voxel that stays keeps its value and its position in the patient.</summary>
public static class Cropping
{
    /// <summary>The voxels of a window, which may reach outside the volume.</summary>
    /// <param name="volume">The source, any type.</param>
    /// <param name="window">First voxel, which may be negative, and size, which may reach past the end.</param>
    /// <param name="outsideValue">Value of voxels outside the source, in the unit of its values; rounded to what its type stores.</param>
    /// <returns>The window with the source's type and scaling; the source itself where the window is all of it.</returns>
    /// <exception cref="ArgumentException">A size of the window is below 1.</exception>
    public static Volume CropOrPad(this Volume volume, VolumeRegion window, double outsideValue = 0)
    {
        ArgumentNullException.ThrowIfNull(volume);
        var shape = new VolumeShape(volume.Shape.Channels, window.Depth, window.Height, window.Width);
        shape.Validate(nameof(window));
        if (window == VolumeRegion.All(volume.Shape))
        {
            return volume;
        }

        var geometry = volume.Geometry.Shifted(new(window.X, window.Y, window.Z));
        return volume switch
        {
            Volume<byte> v => Copy(v, window, shape, geometry, outsideValue),
            Volume<sbyte> v => Copy(v, window, shape, geometry, outsideValue),
            Volume<ushort> v => Copy(v, window, shape, geometry, outsideValue),
            Volume<short> v => Copy(v, window, shape, geometry, outsideValue),
            Volume<uint> v => Copy(v, window, shape, geometry, outsideValue),
            Volume<int> v => Copy(v, window, shape, geometry, outsideValue),
            Volume<ulong> v => Copy(v, window, shape, geometry, outsideValue),
            Volume<long> v => Copy(v, window, shape, geometry, outsideValue),
            Volume<float> v => Copy(v, window, shape, geometry, outsideValue),
            Volume<double> v => Copy(v, window, shape, geometry, outsideValue),
            _ => throw new NotSupportedException($"Volumes of {volume.VoxelType} cannot be cropped."),
        };
    }

    /// <summary>The labels of a window, which may reach outside; background (0) there.</summary>
    /// <inheritdoc cref="CropOrPad(Volume, VolumeRegion, double)"/>
    public static LabelVolume CropOrPad(this LabelVolume labels, VolumeRegion window)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return LabelVolume.FromVolume(labels.Voxels.CropOrPad(window), labels.Classes);
    }

    /// <summary>
    /// The window of the given size around the centre of a volume; where the difference is odd, the extra voxel is at the end.
    /// </summary>
    public static VolumeRegion CentredWindow(VolumeShape shape, int width, int height, int depth)
    {
        static int First(int size, int wanted) => (int)Math.Floor((size - wanted) / 2.0);
        return new(First(shape.Width, width), First(shape.Height, height), First(shape.Depth, depth), width, height, depth);
    }

    private static Volume<T> Copy<T>(Volume<T> source, VolumeRegion window, VolumeShape shape, VolumeGeometry geometry, double outsideValue)
        where T : unmanaged, INumber<T>
    {
        var from = source.Shape;
        var stored = (outsideValue - source.Scaling.Intercept) / source.Scaling.Slope;
        var outside = T.CreateSaturating(VoxelTypes.IsInteger(source.VoxelType) ? Math.Round(stored) : stored);
        var result = LargeArray.Allocate<T>(checked((int)shape.Count));
        var (skip, end) = (Math.Max(0, -window.X), Math.Min(window.Width, from.Width - window.X));
        for (var line = 0; line < shape.Channels * shape.Depth * shape.Height; line++)
        {
            var (plane, row) = Math.DivRem(line, shape.Height);
            var (channel, slice) = Math.DivRem(plane, shape.Depth);
            var (y, z) = (row + window.Y, slice + window.Z);
            var target = result.AsSpan(line * shape.Width, shape.Width);
            if (y < 0 || y >= from.Height || z < 0 || z >= from.Depth || end <= skip)
            {
                target.Fill(outside);
                continue;
            }

            var start = (int)source.Offset(channel, z, y, window.X + skip);
            target[..skip].Fill(outside);
            source.Voxels.Slice(start, end - skip).CopyTo(target[skip..]);
            target[end..].Fill(outside);
        }

        return Volume.Create(result, shape, geometry, source.Scaling, source.Header);
    }
}
