using System.Numerics.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Tiles;

/// <summary>
/// For each voxel along one axis of a volume: the two voxels of the resampled volume that it lies between, and how far from the first.
/// </summary>
internal sealed class AxisReturn
{
    /// <summary>Makes the table; both axes have the same centre.</summary>
    /// <param name="from">Voxels of the resampled volume.</param>
    /// <param name="to">Voxels of the volume.</param>
    /// <param name="step">Spacing of the volume over that of the resampled one.</param>
    /// <param name="isNearest">True to take the nearest voxel alone.</param>
    public AxisReturn(int from, int to, double step, bool isNearest)
    {
        (First, Second, Fraction) = (new int[to], new int[to], new float[to]);
        for (var i = 0; i < to; i++)
        {
            var position = Math.Clamp(((i - ((to - 1) / 2.0)) * step) + ((from - 1) / 2.0), 0, from - 1);

            // A position that rounding moved off a voxel is put back on it.
            var nearest = Math.Round(position);
            position = isNearest || Math.Abs(position - nearest) < 1e-6 ? nearest : position;
            First[i] = (int)position;
            Fraction[i] = (float)(position - First[i]);
            Second[i] = Fraction[i] == 0 ? First[i] : First[i] + 1;
        }
    }

    /// <summary>The first of the two voxels.</summary>
    public int[] First { get; }

    /// <summary>The other; the first again where it lies on that.</summary>
    public int[] Second { get; }

    /// <summary>How much the other counts, from 0 to below 1.</summary>
    public float[] Fraction { get; }

    /// <summary>Interpolates a row.</summary>
    public void Gather(ReadOnlySpan<float> row, Span<float> target)
    {
        for (var x = 0; x < target.Length; x++)
        {
            var (one, other) = (row[First[x]], row[Second[x]]);
            target[x] = one + ((other - one) * Fraction[x]);
        }
    }

    /// <summary>Interpolates between the values of two rows or slices.</summary>
    public static void Blend(ReadOnlySpan<float> one, ReadOnlySpan<float> other, float fraction, Span<float> target)
    {
        if (fraction == 0)
        {
            one.CopyTo(target);
            return;
        }

        TensorPrimitives.Subtract(other, one, target);
        TensorPrimitives.MultiplyAdd(target, fraction, one, target);
    }
}
