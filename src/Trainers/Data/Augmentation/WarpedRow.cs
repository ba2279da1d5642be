using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Microsoft.ML.MedicalSegmentation.Data.Cases;

namespace Microsoft.ML.MedicalSegmentation.Data.Augmentation;

/// <summary>The places in a box of voxels from which one row of a patch is read.</summary>
internal sealed class WarpedRow
{
    private readonly float[] _x;
    private readonly float[] _y;
    private readonly float[] _z;
    private readonly int[] _corner;
    private PaddedBox _box;

    /// <param name="width">Voxels of the row.</param>
    public WarpedRow(int width)
    {
        (_x, _y, _z) = (new float[width], new float[width], new float[width]);
        _corner = new int[width];
    }

    /// <summary>Sets the places: a straight line, and a displacement of each voxel.</summary>
    /// <param name="first">The place of the first voxel, in voxels of the box.</param>
    /// <param name="step">From each voxel to the next.</param>
    /// <param name="displacement">Along x, y and z, each [D, H, W]; null for none.</param>
    /// <param name="offset">Of the row in the displacements.</param>
    public void Place(Vector3D first, Vector3D step, float[][]? displacement, int offset)
    {
        Line(_x, first.X, step.X, displacement?[0], offset);
        Line(_y, first.Y, step.Y, displacement?[1], offset);
        Line(_z, first.Z, step.Z, displacement?[2], offset);
    }

    /// <summary>Splits the places into a voxel of the box and the way from it to the next ones.</summary>
    public void Corners(PaddedBox box)
    {
        _box = box;
        var (rows, slices) = (box.Width, box.Width * box.Height);
        for (var i = 0; i < _corner.Length; i++)
        {
            // Places are not negative, so that the cast rounds down.
            var (x, y, z) = ((int)_x[i], (int)_y[i], (int)_z[i]);
            (_x[i], _y[i], _z[i]) = (_x[i] - x, _y[i] - y, _z[i] - z);
            _corner[i] = (z * slices) + (y * rows) + x;
        }
    }

    /// <summary>Trilinear values.</summary>
    /// <param name="voxels">A channel of the box.</param>
    /// <param name="values">The row.</param>
    public void Interpolate(ReadOnlySpan<float> voxels, Span<float> values)
    {
        var (rows, slices) = (_box.Width, _box.Width * _box.Height);
        var i = 0;
        if (Avx2.IsSupported)
        {
            i = InterpolateByVectors(voxels, values, rows, slices);
        }

        for (; i < values.Length; i++)
        {
            var corner = _corner[i];
            var near = Bilinear(voxels, corner, rows, _x[i], _y[i]);
            values[i] = near + (_z[i] * (Bilinear(voxels, corner + slices, rows, _x[i], _y[i]) - near));
        }
    }

    /// <summary>The class of the largest interpolated mask.</summary>
    /// <param name="indices">Class indices of the box.</param>
    /// <param name="classes">The row.</param>
    public void Classify(ReadOnlySpan<int> indices, Span<long> classes)
    {
        var (rows, slices) = (_box.Width, _box.Width * _box.Height);
        Span<int> candidates = stackalloc int[8];
        for (var i = 0; i < classes.Length; i++)
        {
            var corner = indices[_corner[i]..];
            candidates[0] = corner[0];
            candidates[1] = corner[1];
            candidates[2] = corner[rows];
            candidates[3] = corner[rows + 1];
            candidates[4] = corner[slices];
            candidates[5] = corner[slices + 1];
            candidates[6] = corner[slices + rows];
            candidates[7] = corner[slices + rows + 1];
            var vector = Vector256.Create<int>(candidates);
            classes[i] = vector == Vector256.Create(candidates[0]) ? candidates[0] : Vote(candidates, _x[i], _y[i], _z[i]);
        }
    }

    private static int Vote(ReadOnlySpan<int> candidates, float x, float y, float z)
    {
        Span<float> weights =
        [
            (1 - x) * (1 - y) * (1 - z), x * (1 - y) * (1 - z), (1 - x) * y * (1 - z), x * y * (1 - z),
            (1 - x) * (1 - y) * z, x * (1 - y) * z, (1 - x) * y * z, x * y * z,
        ];
        var (best, most) = (candidates[0], -1f);
        for (var i = 0; i < candidates.Length; i++)
        {
            var sum = 0f;
            for (var other = 0; other < candidates.Length; other++)
            {
                sum += candidates[other] == candidates[i] ? weights[other] : 0;
            }

            if (sum > most)
            {
                (best, most) = (candidates[i], sum);
            }
        }

        return best;
    }

    private static void Line(Span<float> places, double first, double step, float[]? displacement, int offset)
    {
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = (float)(first + (step * i));
        }

        if (displacement is not null)
        {
            System.Numerics.Tensors.TensorPrimitives.Add(places, displacement.AsSpan(offset, places.Length), places);
        }
    }

    private static float Bilinear(ReadOnlySpan<float> voxels, int corner, int rows, float x, float y)
    {
        var top = voxels[corner] + (x * (voxels[corner + 1] - voxels[corner]));
        var bottom = voxels[corner + rows] + (x * (voxels[corner + rows + 1] - voxels[corner + rows]));
        return top + (y * (bottom - top));
    }

    // The same arithmetic in the same order, so that the results are those of the scalar loop.
    private unsafe int InterpolateByVectors(ReadOnlySpan<float> voxels, Span<float> values, int rows, int slices)
    {
        var width = Vector256<float>.Count;
        var end = values.Length - (values.Length % width);
        for (var i = 0; i < end; i++)
        {
            // Gathering does not check bounds.
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)(_corner[i] + slices + rows + 1), (uint)voxels.Length);
        }

        fixed (float* start = voxels)
        {
            for (var i = 0; i < end; i += width)
            {
                var corner = Vector256.Create<int>(_corner.AsSpan(i));
                var (x, y, z) = (
                    Vector256.Create<float>(_x.AsSpan(i)),
                    Vector256.Create<float>(_y.AsSpan(i)),
                    Vector256.Create<float>(_z.AsSpan(i))
                );
                var near = BilinearByVectors(start, corner, rows, x, y);
                var far = BilinearByVectors(start + slices, corner, rows, x, y);
                (near + (z * (far - near))).CopyTo(values[i..]);
            }
        }

        return end;
    }

    private static unsafe Vector256<float> BilinearByVectors(
        float* start,
        Vector256<int> corner,
        int rows,
        Vector256<float> x,
        Vector256<float> y
    )
    {
        var (topLeft, topRight) = (Avx2.GatherVector256(start, corner, 4), Avx2.GatherVector256(start + 1, corner, 4));
        var (bottomLeft, bottomRight) = (Avx2.GatherVector256(start + rows, corner, 4), Avx2.GatherVector256(start + rows + 1, corner, 4));
        var top = topLeft + (x * (topRight - topLeft));
        var bottom = bottomLeft + (x * (bottomRight - bottomLeft));
        return top + (y * (bottom - top));
    }
}
