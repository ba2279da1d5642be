using System.Numerics.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Metrics.Synthesis;

/// <summary>Structural similarity of two volumes: means, variances and covariance in windows that lie in the volume.</summary>
/// <remarks>
/// SSIM = (2 mean_a mean_b + C1)(2 covariance + C2) / ((mean_a² + mean_b² + C1)(variance_a + variance_b + C2)), C1 = (0.01 R)², C2 = (0.03
/// R)², R being the data range. Wang et al. 2004, https://doi.org/10.1109/TIP.2003.819861. Windows are filtered slice by slice; memory is
/// five slices of double precision for each slice of the window, whatever the depth of the volume.
/// </remarks>
internal sealed class StructuralSimilarity
{
    private const int MomentCount = 5;
    private const double K1 = 0.01;
    private const double K2 = 0.03;

    private readonly VolumeShape _shape;
    private readonly SimilarityWindow _window;
    private readonly bool[]? _mask;
    private readonly double _c1;
    private readonly double _c2;
    private readonly int _width;
    private readonly int _height;

    // [slice of the window][moment][height, width]: only places where the window lies in the slice.
    private readonly double[][][] _ring;
    private readonly double[][] _joined;
    private readonly double[] _moment;
    private readonly double[] _rows;
    private double _sum;
    private long _count;
    private double _maskSum;
    private long _maskCount;

    private StructuralSimilarity(VolumeShape shape, SimilarityWindow window, bool[]? mask, double range)
    {
        (_shape, _window, _mask) = (shape, window, mask);
        (_c1, _c2) = (Math.Pow(K1 * range, 2), Math.Pow(K2 * range, 2));
        (_width, _height) = (shape.Width - window.X.Length + 1, shape.Height - window.Y.Length + 1);
        double[][] Planes() => [.. Enumerable.Range(0, MomentCount).Select(_ => new double[_width * _height])];
        _ring = [.. window.Z.Select(_ => Planes())];
        _joined = Planes();
        _moment = new double[shape.Height * shape.Width];
        _rows = new double[shape.Height * _width];
    }

    /// <summary>The mean similarity over all windows, and over those whose centre lies in the mask; NaN where there is none.</summary>
    /// <param name="first">A volume of finite values.</param>
    /// <param name="second">One of the same shape.</param>
    /// <param name="window">The window.</param>
    /// <param name="mask">Voxels that count for the second mean; null for none.</param>
    /// <param name="range">The data range, above 0.</param>
    public static (double Whole, double Masked) Of(Volume first, Volume second, SimilarityWindow window, bool[]? mask, double range)
    {
        var (whole, masked) = (0.0, 0.0);
        for (var channel = 0; channel < first.Shape.Channels; channel++)
        {
            var similarity = new StructuralSimilarity(first.Shape, window, mask, range);
            similarity.Run(first, second, channel);
            whole += similarity._sum / similarity._count;
            masked += similarity._maskSum / similarity._maskCount;
        }

        return (whole / first.Shape.Channels, masked / first.Shape.Channels);
    }

    private void Run(Volume first, Volume second, int channel)
    {
        var plane = _shape.Height * _shape.Width;
        var values = new float[plane];
        var (a, b) = (new double[plane], new double[plane]);
        for (var z = 0; z < _shape.Depth; z++)
        {
            Read(first, channel, z, values, a);
            Read(second, channel, z, values, b);
            var filtered = _ring[z % _ring.Length];
            Filter(a, filtered[0]);
            Filter(b, filtered[1]);
            FilterProduct(a, a, filtered[2]);
            FilterProduct(b, b, filtered[3]);
            FilterProduct(a, b, filtered[4]);
            if (z >= _ring.Length - 1)
            {
                Join(z - _ring.Length + 1);
                Add(z - (_ring.Length / 2));
            }
        }
    }

    private void Read(Volume volume, int channel, int z, float[] values, double[] plane)
    {
        volume.CopyValues(((channel * (long)_shape.Depth) + z) * plane.Length, values);
        TensorPrimitives.ConvertChecked<float, double>(values, plane);
    }

    private void FilterProduct(double[] a, double[] b, double[] result)
    {
        TensorPrimitives.Multiply<double>(a, b, _moment);
        Filter(_moment, result);
    }

    // Along x, then along y.
    private void Filter(double[] plane, double[] result)
    {
        Array.Clear(_rows);
        for (var y = 0; y < _shape.Height; y++)
        {
            var row = _rows.AsSpan(y * _width, _width);
            for (var k = 0; k < _window.X.Length; k++)
            {
                TensorPrimitives.MultiplyAdd(plane.AsSpan((y * _shape.Width) + k, _width), _window.X[k], row, row);
            }
        }

        Array.Clear(result);
        for (var k = 0; k < _window.Y.Length; k++)
        {
            TensorPrimitives.MultiplyAdd(_rows.AsSpan(k * _width, result.Length), _window.Y[k], result, result);
        }
    }

    // Along z: the window's first slice is the given one.
    private void Join(int first)
    {
        for (var moment = 0; moment < MomentCount; moment++)
        {
            var joined = _joined[moment];
            Array.Clear(joined);
            for (var k = 0; k < _window.Z.Length; k++)
            {
                TensorPrimitives.MultiplyAdd(_ring[(first + k) % _ring.Length][moment], _window.Z[k], joined, joined);
            }
        }
    }

    private void Add(int z)
    {
        var (offsetY, offsetX) = (_window.Y.Length / 2, _window.X.Length / 2);
        for (var i = 0; i < _width * _height; i++)
        {
            double meanA = _joined[0][i], meanB = _joined[1][i];
            var varianceA = _window.VarianceFactor * (_joined[2][i] - (meanA * meanA));
            var varianceB = _window.VarianceFactor * (_joined[3][i] - (meanB * meanB));
            var covariance = _window.VarianceFactor * (_joined[4][i] - (meanA * meanB));
            var similarity = ((2 * meanA * meanB) + _c1) * ((2 * covariance) + _c2)
                / (((meanA * meanA) + (meanB * meanB) + _c1) * (varianceA + varianceB + _c2));
            _sum += similarity;
            _count++;
            if (_mask?[(((z * _shape.Height) + (i / _width) + offsetY) * _shape.Width) + (i % _width) + offsetX] == true)
            {
                _maskSum += similarity;
                _maskCount++;
            }
        }
    }
}
