using Microsoft.ML.MedicalSegmentation.Numerics;
using Microsoft.ML.MedicalSegmentation.Planning;
using Microsoft.ML.MedicalSegmentation.Preprocessing.Resizing;

namespace Microsoft.ML.MedicalSegmentation.Preprocessing;

/// <summary>Brings arrays to another spacing as a plan says; axes are those of <see cref="VolumeShape"/>: depth, height, width.</summary>
internal static class ArrayResampling
{
    private const double Anisotropic = 3;

    /// <summary>
    /// The size at a spacing: size times the old spacing over the new one, to the nearest whole number, halves to the even one.
    /// </summary>
    public static VolumeShape NewShape(VolumeShape shape, IReadOnlyList<double> current, IReadOnlyList<double> target)
    {
        int Size(int size, int axis) => (int)Math.Clamp(Math.Round(current[axis] / target[axis] * size), 0, int.MaxValue);
        return new(shape.Channels, Size(shape.Depth, 0), Size(shape.Height, 1), Size(shape.Width, 2));
    }

    /// <summary>
    /// The axis (0 depth, 1 height, 2 width) that is resampled apart from the others; null if all are resampled together.
    /// </summary>
    public static int? SeparateAxis(PlannedResampling how, IReadOnlyList<double> current, IReadOnlyList<double> target)
    {
        var deciding = how.ForceSeparateZ switch
        {
            true => current,
            false => null,
            null => IsAnisotropic(current) ? current : IsAnisotropic(target) ? target : null,
        };
        if (deciding is null)
        {
            return null;
        }

        var coarsest = deciding.Max();
        var axes = Enumerable.Range(0, 3).Where(axis => deciding[axis] == coarsest).ToList();
        return axes.Count == 1 ? axes[0] : null;
    }

    /// <summary>Brings every channel of an image to another size.</summary>
    /// <returns>[channel, depth, height, width]; the array itself where it has that size.</returns>
    public static float[] Images(
        float[] values,
        VolumeShape from,
        VolumeShape to,
        PlannedResampling how,
        IReadOnlyList<double> current,
        IReadOnlyList<double> target,
        ParallelOptions parallel
    )
    {
        if (from.SameGrid(to))
        {
            return values;
        }

        if (SeparateAxis(how, current, target) is not { } axis || axis == 0)
        {
            var length = (int)from.ChannelCount;
            return Images(
                channel => new ArraySlices(values.AsMemory(channel * length, length), from),
                from,
                to,
                how,
                current,
                target,
                parallel
            );
        }

        var result = NewImage(from, ref to);
        for (var channel = 0; channel < from.Channels; channel++)
        {
            var (length, newLength) = ((int)from.ChannelCount, (int)to.ChannelCount);
            AcrossAxis<float>(
                values.AsMemory(channel * length, length), from, result.AsMemory(channel * newLength, newLength), to, axis,
                (s, f, d, t) => ImageResize.Slices(new ArraySlices(s, f), f, d, t, how.Order, how.OrderZ, parallel));
        }

        return result;
    }

    /// <summary>
    /// Brings every channel of an image, whose slices are read as they are needed, to another size; slices apart must be those of the first
    /// axis.
    /// </summary>
    public static float[] Images(
        Func<int, ChannelSlices> channels,
        VolumeShape from,
        VolumeShape to,
        PlannedResampling how,
        IReadOnlyList<double> current,
        IReadOnlyList<double> target,
        ParallelOptions parallel
    )
    {
        var axis = SeparateAxis(how, current, target);
        var result = NewImage(from, ref to);
        var newLength = (int)to.ChannelCount;
        for (var channel = 0; channel < from.Channels; channel++)
        {
            var destination = result.AsMemory(channel * newLength, newLength);
            if (axis is null)
            {
                ImageResize.Whole(channels(channel), from, destination, to, how.Order, parallel);
            }
            else
            {
                ImageResize.Slices(channels(channel), from, destination, to, how.Order, how.OrderZ, parallel);
            }
        }

        return result;
    }

    /// <summary>Brings labels of one channel to another size.</summary>
    /// <returns>[depth, height, width]; the array itself where it has that size.</returns>
    public static int[] Labels(
        int[] labels,
        VolumeShape from,
        VolumeShape to,
        PlannedResampling how,
        IReadOnlyList<double> current,
        IReadOnlyList<double> target,
        ParallelOptions parallel
    )
    {
        if (from.SameGrid(to))
        {
            return labels;
        }

        to = to.WithChannels(1);
        to.Validate();
        var mostFrequent = how.Function == PlannedResampling.TorchFunction;
        var result = LargeArray.Allocate<int>(checked((int)to.Count));
        if (SeparateAxis(how, current, target) is not { } axis)
        {
            LabelResize.Whole(labels, from, result, to, how.Order, mostFrequent, parallel);
        }
        else
        {
            AcrossAxis<int>(
                labels,
                from,
                result,
                to,
                axis,
                (s, f, d, t) => LabelResize.Slices(s, f, d, t, how.Order, how.OrderZ, mostFrequent, parallel)
            );
        }

        return result;
    }

    private static float[] NewImage(VolumeShape from, ref VolumeShape to)
    {
        to = to.WithChannels(from.Channels);
        to.Validate();
        return LargeArray.Allocate<float>(checked((int)to.Count));
    }

    private static bool IsAnisotropic(IReadOnlyList<double> spacing) => spacing.Max() / spacing.Min() > Anisotropic;

    // Slices lie across the first axis; another one is brought there and back.
    private static void AcrossAxis<T>(
        ReadOnlyMemory<T> source,
        VolumeShape from,
        Memory<T> destination,
        VolumeShape to,
        int axis,
        Action<ReadOnlyMemory<T>, VolumeShape, Memory<T>, VolumeShape> resize
    )
        where T : unmanaged
    {
        if (axis == 0)
        {
            resize(source, from, destination, to);
            return;
        }

        int[] forward = axis == 1 ? [1, 0, 2] : [2, 0, 1];
        int[] backward = axis == 1 ? [1, 0, 2] : [1, 2, 0];
        var (turnedFrom, turnedTo) = (AxisPermutation.Of(from, forward), AxisPermutation.Of(to, forward));
        var (turned, result) = (new T[source.Length], new T[destination.Length]);
        AxisPermutation.Copy(source.Span, from, forward, turned);
        resize(turned, turnedFrom, result, turnedTo);
        AxisPermutation.Copy(result, turnedTo, backward, destination.Span);
    }
}
