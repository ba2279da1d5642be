using System.Buffers;
using System.Numerics.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Data.Augmentation;

/// <summary>Samples a channel on a coarser grid and interpolates it back, axis by axis.</summary>
internal static class CoarseGrid
{
    /// <summary>Changes a channel in place.</summary>
    /// <param name="voxels">[D, H, W].</param>
    /// <param name="shape">The patch.</param>
    /// <param name="scale">Size of the coarser grid, above 0, at most 1.</param>
    /// <param name="thinAxis">The axis, x = 0, that keeps its size; null for none.</param>
    public static void Apply(Span<float> voxels, VolumeShape shape, double scale, int? thinAxis)
    {
        var x = new Axis(shape.Width, scale, thinAxis == 0);
        var y = new Axis(shape.Height, scale, thinAxis == 1);
        var z = new Axis(shape.Depth, scale, thinAxis == 2);

        // The coarse slices, refined along x and y; then slices between them, along z.
        var slice = shape.Width * shape.Height;
        var slices = ArrayPool<float>.Shared.Rent(z.Coarse * slice);
        var rows = ArrayPool<float>.Shared.Rent(y.Coarse * shape.Width);
        for (var k = 0; k < z.Coarse; k++)
        {
            var source = voxels.Slice(z.Sampled[k] * slice, slice);
            for (var j = 0; j < y.Coarse; j++)
            {
                RefineRow(source.Slice(y.Sampled[j] * shape.Width, shape.Width), x, rows.AsSpan(j * shape.Width, shape.Width));
            }

            Refine(rows, shape.Width, y, slices.AsSpan(k * slice, slice));
        }

        Refine(slices, slice, z, voxels);
        ArrayPool<float>.Shared.Return(rows);
        ArrayPool<float>.Shared.Return(slices);
    }

    private static void RefineRow(ReadOnlySpan<float> row, Axis x, Span<float> refined)
    {
        Span<float> coarse = stackalloc float[x.Coarse];
        for (var i = 0; i < coarse.Length; i++)
        {
            coarse[i] = row[x.Sampled[i]];
        }

        for (var i = 0; i < refined.Length; i++)
        {
            var low = coarse[x.Below[i]];
            refined[i] = low + (x.Weight[i] * (coarse[x.Above[i]] - low));
        }
    }

    private static void Refine(ReadOnlySpan<float> coarse, int run, Axis axis, Span<float> refined)
    {
        for (var i = 0; i < axis.Weight.Length; i++)
        {
            TensorPrimitives.Lerp(
                coarse.Slice(axis.Below[i] * run, run),
                coarse.Slice(axis.Above[i] * run, run),
                axis.Weight[i],
                refined.Slice(i * run, run)
            );
        }
    }

    private sealed class Axis
    {
        public Axis(int count, double scale, bool isKept)
        {
            Coarse = isKept ? count : Math.Max(1, (int)Math.Round(count * scale));
            Sampled = [.. Enumerable.Range(0, Coarse).Select(i => Math.Min(count - 1, (int)((i + 0.5) * count / Coarse)))];
            (Below, Above, Weight) = (new int[count], new int[count], new float[count]);
            for (var i = 0; i < count; i++)
            {
                var place = Math.Clamp(((i + 0.5) * Coarse / count) - 0.5, 0, Coarse - 1);
                Below[i] = (int)place;
                Above[i] = Math.Min(Below[i] + 1, Coarse - 1);
                Weight[i] = (float)(place - Below[i]);
            }
        }

        public int Coarse { get; }

        public int[] Sampled { get; }

        public int[] Below { get; }

        public int[] Above { get; }

        public float[] Weight { get; }
    }
}
