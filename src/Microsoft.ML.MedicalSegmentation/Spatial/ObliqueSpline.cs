using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Spatial;

/// <summary>Cubic spline values of a volume on an oblique grid, and mixtures with other interpolations along single axes.</summary>
/// <remarks>
/// The grid is done block by block, each from the coefficients of the box that it touches: 1.6 MB at most per thread, where those of a
/// volume of 16 bits would take twice its memory. Margins of boxes overlap, so that most coefficients are computed several times; that
/// costs less than memory does. The blocks do not depend on the number of threads. A voxel that is NaN or infinite spoils every value of
/// the blocks whose boxes it lies in.
/// </remarks>
internal static class ObliqueSpline
{
    private const int LargestBox = 400_000;

    /// <summary>Values on the grid; see <see cref="ObliqueResampler"/>.</summary>
    public static float[] Resample(
        Volume source,
        VolumeShape shape,
        AffineTransform map,
        AxisInterpolation interpolation,
        ParallelOptions parallelism,
        double reach,
        float[] outside
    )
    {
        var (width, height, depth) = BlockSize(source, map, interpolation);
        static int Count(int size, int block) => (size + block - 1) / block;
        var (acrossX, acrossY, acrossZ) = (Count(shape.Width, width), Count(shape.Height, height), Count(shape.Depth, depth));
        var result = LargeArray.Allocate<float>(checked((int)shape.Count));
        Parallel.For(
            0,
            shape.Channels * acrossX * acrossY * acrossZ,
            parallelism,
            () => new CoefficientBox(source, interpolation),
            (item, _, box) =>
            {
                var (line, x) = Math.DivRem(item, acrossX);
                var (slab, y) = Math.DivRem(line, acrossY);
                var (channel, z) = Math.DivRem(slab, acrossZ);
                var block = new IndexBox(
                    x * width,
                    y * height,
                    z * depth,
                    Math.Min((x + 1) * width, shape.Width) - 1,
                    Math.Min((y + 1) * height, shape.Height) - 1,
                    Math.Min((z + 1) * depth, shape.Depth) - 1);
                var taps = IndexBox.OfTaps(map, block, source.Shape, reach);
                if (!taps.IsEmpty)
                {
                    box.Load(channel, taps);
                }

                Fill(block, taps.IsEmpty ? null : box, channel);
                return box;
            },
            static box => box.Dispose());
        return result;

        void Fill(IndexBox block, CoefficientBox? box, int channel)
        {
            for (var z = block.FirstZ; z <= block.LastZ; z++)
            {
                for (var y = block.FirstY; y <= block.LastY; y++)
                {
                    var output = result.AsSpan(
                        (((((channel * shape.Depth) + z) * shape.Height) + y) * shape.Width) + block.FirstX,
                        block.Width
                    );
                    var start = map.Apply(new(block.FirstX, y, z));
                    var (first, end) = box is null ? (0, 0) : ObliqueRow.Inside(start, map.A, source.Shape, reach, output.Length);
                    output[..first].Fill(outside[channel]);
                    output[end..].Fill(outside[channel]);
                    if (box is not null)
                    {
                        Sample(box, start, map.A, first, output[first..end]);
                    }
                }
            }
        }
    }

    /// <summary>The largest block, near a cube in the source, whose box is not too large.</summary>
    private static (int Width, int Height, int Depth) BlockSize(Volume source, AffineTransform map, AxisInterpolation interpolation)
    {
        using var box = new CoefficientBox(source, interpolation);
        for (var edge = 64; ; edge -= 4)
        {
            int Along(Vector3D step) => (int)Math.Clamp(edge / step.Length, 1, 1024);
            var (width, height, depth) = (Along(map.A), Along(map.B), Along(map.C));

            // As if the source had no end, so that its borders do not count.
            var endless = new VolumeShape(1, int.MaxValue, int.MaxValue, int.MaxValue);
            var taps = IndexBox.OfTaps(map with { Translation = default }, new(0, 0, 0, width - 1, height - 1, depth - 1), endless, 1e9);
            if (edge <= 4 || box.Size(taps) <= LargestBox)
            {
                return (width, height, depth);
            }
        }
    }

    // Offsets need no check of bounds: positions are held within the loaded box.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sample(
        CoefficientBox box, Vector3D start, Vector3D step, int first, Span<float> output)
    {
        ref var origin = ref MemoryMarshal.GetReference(box.Values);
        var (row, plane) = (box.Row, box.Plane);
        var (alongX, alongY, alongZ) = (box.X, box.Y, box.Z);
        for (var i = 0; i < output.Length; i++)
        {
            var position = start + (step * (first + i));
            var (x, tx) = alongX.Place(position.X);
            var (y, ty) = alongY.Place(position.Y);
            var (z, tz) = alongZ.Place(position.Z);
            var (weightsY, weightsZ) = (alongY.Weights(ty), alongZ.Weights(tz));
            ref var at = ref Unsafe.Add(ref origin, (z * plane) + (y * row) + x);
            var sum = Slice(ref at, row, weightsY) * Vector128.Shuffle(weightsZ, Vector128.Create(0, 0, 0, 0));
            sum += Slice(ref Unsafe.Add(ref at, plane), row, weightsY) * Vector128.Shuffle(weightsZ, Vector128.Create(1, 1, 1, 1));
            sum += Slice(ref Unsafe.Add(ref at, 2 * plane), row, weightsY) * Vector128.Shuffle(weightsZ, Vector128.Create(2, 2, 2, 2));
            sum += Slice(ref Unsafe.Add(ref at, 3 * plane), row, weightsY) * Vector128.Shuffle(weightsZ, Vector128.Create(3, 3, 3, 3));
            output[i] = Vector128.Dot(sum, alongX.Weights(tx));
        }
    }

    // Four voxels along x, blended over four rows.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Slice(ref float at, int row, Vector128<float> weights)
        => (Vector128.LoadUnsafe(ref at) * Vector128.Shuffle(weights, Vector128.Create(0, 0, 0, 0)))
            + (Vector128.LoadUnsafe(ref at, (nuint)row) * Vector128.Shuffle(weights, Vector128.Create(1, 1, 1, 1)))
            + (Vector128.LoadUnsafe(ref at, (nuint)(2 * row)) * Vector128.Shuffle(weights, Vector128.Create(2, 2, 2, 2)))
            + (Vector128.LoadUnsafe(ref at, (nuint)(3 * row)) * Vector128.Shuffle(weights, Vector128.Create(3, 3, 3, 3)));
}
