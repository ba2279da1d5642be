using System.Numerics.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Data.Augmentation;

/// <summary>Control points over a patch, and cubic B-splines between them.</summary>
internal sealed class ControlPointGrid
{
    private readonly VolumeShape _shape;
    private readonly (int First, float[] Weights)[][] _taps;
    private readonly int[] _counts;

    /// <param name="shape">The patch.</param>
    /// <param name="distance">Voxels between control points.</param>
    /// <param name="thinAxis">The axis, x = 0, along which one control point acts on all voxels alike; null for none.</param>
    public ControlPointGrid(VolumeShape shape, int distance, int? thinAxis)
    {
        _shape = shape;
        int[] sides = [shape.Width, shape.Height, shape.Depth];
        _taps = [.. sides.Select((side, axis) => Taps(side, distance, axis == thinAxis))];
        _counts = [.. _taps.Select(taps => taps[^1].First + taps[^1].Weights.Length)];
    }

    /// <summary>Number of control points.</summary>
    public int Count => _counts[0] * _counts[1] * _counts[2];

    /// <summary>
    /// A value of each voxel, [D, H, W], from one of each control point. No value leaves the range of those of the control points.
    /// </summary>
    public float[] Interpolate(float[] points)
    {
        var values = new float[_shape.ChannelCount];
        var plane = new float[_counts[0] * _counts[1]];
        var row = new float[_counts[0]];
        var target = 0;
        for (var z = 0; z < _shape.Depth; z++)
        {
            Combine(points, plane, _taps[2][z]);
            for (var y = 0; y < _shape.Height; y++)
            {
                Combine(plane, row, _taps[1][y]);
                foreach (var (first, weights) in _taps[0])
                {
                    var sum = 0f;
                    for (var i = 0; i < weights.Length; i++)
                    {
                        sum += weights[i] * row[first + i];
                    }

                    values[target++] = sum;
                }
            }
        }

        return values;
    }

    private static void Combine(ReadOnlySpan<float> source, Span<float> sum, (int First, float[] Weights) taps)
    {
        sum.Clear();
        for (var i = 0; i < taps.Weights.Length; i++)
        {
            TensorPrimitives.MultiplyAdd(source.Slice((taps.First + i) * sum.Length, sum.Length), taps.Weights[i], sum, sum);
        }
    }

    private static (int First, float[] Weights)[] Taps(int side, int distance, bool isThin) =>
        [
            .. Enumerable
                .Range(0, side)
                .Select(voxel => isThin ? (0, [1f]) : (voxel / distance, CubicWeights((voxel % distance) / (double)distance))),
        ];

    private static float[] CubicWeights(double t) =>
    [
        (float)(Math.Pow(1 - t, 3) / 6),
        (float)(((3 * t * t * t) - (6 * t * t) + 4) / 6),
        (float)(((-3 * t * t * t) + (3 * t * t) + (3 * t) + 1) / 6),
        (float)(t * t * t / 6),
    ];
}
