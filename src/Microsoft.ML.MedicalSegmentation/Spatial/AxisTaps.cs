using System.Numerics.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Spatial;

/// <summary>For each output voxel along one axis: which source voxels it blends, and by how much.</summary>
/// <remarks>
/// Resampling onto a grid with parallel axes separates into three such tables, so weights are worked out once per row, not per voxel.
/// </remarks>
internal sealed class AxisTaps
{
    private AxisTaps(int count, int width)
    {
        Width = width;
        Indices = new int[count * width];
        Weights = new float[count * width];
        IsOutside = new bool[count];
    }

    /// <summary>Source voxels per output voxel: 1, 2 or 4; 30 for a spline of values.</summary>
    public int Width { get; }

    /// <summary><see cref="Width"/> source indices per output voxel, mirrored back where they leave the source.</summary>
    public int[] Indices { get; }

    /// <summary>Weights of the indices; sum 1.</summary>
    public float[] Weights { get; }

    /// <summary>True for output voxels that lie outside the source.</summary>
    public bool[] IsOutside { get; }

    /// <summary>True if an output voxel lies outside the source.</summary>
    public bool LeavesSource { get; private set; }

    /// <summary>True if the axis is copied as it is.</summary>
    public bool IsIdentity { get; private init; }

    /// <summary>True for positions along an axis that are farther beyond its outermost voxels' centres than the source reaches.</summary>
    public static bool IsBeyond(double position, int length, double reach) =>
        position < -reach - 1e-6 || position > length - 1 + reach + 1e-6;

    /// <summary>Table for positions offset + i * step of the source's index, i from 0 to count - 1.</summary>
    /// <param name="sourceLength">Voxels of the source along the axis.</param>
    /// <param name="count">Voxels of the output.</param>
    /// <param name="offset">Position of the first one.</param>
    /// <param name="step">From one to the next.</param>
    /// <param name="interpolation">Along this axis.</param>
    /// <param name="reach">How far beyond the outermost voxels' centres the source reaches, in voxels.</param>
    /// <param name="splineOfValues">True if a spline blends the source's values themselves; otherwise it blends four coefficients.</param>
    public static AxisTaps Create(
        int sourceLength,
        int count,
        double offset,
        double step,
        Interpolation interpolation,
        double reach,
        bool splineOfValues = false
    )
    {
        var width = interpolation switch
        {
            Interpolation.Nearest => 1,
            Interpolation.Linear => 2,
            _ => splineOfValues ? 2 * (CubicSpline.Horizon + 1) : 4,
        };
        var identity = sourceLength == count && Math.Abs(offset) < 1e-9 && Math.Abs(step - 1) * count < 1e-6;
        var taps = new AxisTaps(count, width) { IsIdentity = identity && interpolation != Interpolation.CubicSpline };
        for (var i = 0; i < count; i++)
        {
            var position = offset + (i * step);

            // A point that rounding moved off a voxel is put back on it, so that a grid maps to itself exactly.
            position = Math.Abs(position - Math.Round(position)) < 1e-6 ? Math.Round(position) : position;
            taps.IsOutside[i] = IsBeyond(position, sourceLength, reach);
            taps.LeavesSource |= taps.IsOutside[i];
            taps.Fill(i, Math.Clamp(position, -0.5, sourceLength - 0.5), sourceLength, interpolation);
        }

        return taps;
    }

    /// <summary>True if two output voxels blend the same source voxels alike.</summary>
    public bool BlendAlike(int output, int other)
        => Indices.AsSpan(output * Width, Width).SequenceEqual(Indices.AsSpan(other * Width, Width))
            && Weights.AsSpan(output * Width, Width).SequenceEqual(Weights.AsSpan(other * Width, Width));

    private void Fill(int output, double position, int length, Interpolation interpolation)
    {
        var indices = Indices.AsSpan(output * Width, Width);
        var weights = Weights.AsSpan(output * Width, Width);
        if (interpolation == Interpolation.Nearest)
        {
            indices[0] = Math.Clamp((int)Math.Floor(position + 0.5), 0, length - 1);
            weights[0] = 1;
            return;
        }

        var clamped = interpolation == Interpolation.Linear ? Math.Clamp(position, 0, length - 1) : position;
        var floor = (int)Math.Floor(clamped);
        var t = clamped - floor;
        if (interpolation == Interpolation.Linear)
        {
            (indices[0], indices[1]) = (floor, Math.Min(floor + 1, length - 1));
            (weights[0], weights[1]) = ((float)(1 - t), (float)t);
            return;
        }

        var before = (Width / 2) - 1;
        for (var tap = 0; tap < Width; tap++)
        {
            var distance = Math.Abs(t + before - tap);
            indices[tap] = Mirror(floor - before + tap, length);
            weights[tap] = (float)(Width == 4 ? CubicSpline.Weight(distance) : CubicSpline.CardinalWeight(distance));
        }

        // The weights sum to one but for rounding.
        TensorPrimitives.Divide(weights, TensorPrimitives.Sum<float>(weights), weights);
        if (Width > 4)
        {
            Merge(indices, weights);
        }
    }

    // A voxel that the mirror shows again is blended once, and one without influence never.
    private static void Merge(Span<int> indices, Span<float> weights)
    {
        for (var tap = 0; tap < indices.Length; tap++)
        {
            var first = indices.IndexOf(indices[tap]);
            if (first < tap)
            {
                weights[first] += weights[tap];
                weights[tap] = 0;
            }
        }

        foreach (ref var weight in weights)
        {
            weight = Math.Abs(weight) < 1e-8f ? 0 : weight;
        }
    }

    /// <summary>Reflects an index at the centres of the first and last voxel.</summary>
    internal static int Mirror(int index, int length)
    {
        if ((uint)index < (uint)length)
        {
            return index;
        }

        if (length == 1)
        {
            return 0;
        }

        var period = 2 * (length - 1);
        var wrapped = ((index % period) + period) % period;
        return wrapped < length ? wrapped : period - wrapped;
    }
}
