using System.Numerics.Tensors;
using Microsoft.ML.MedicalSegmentation.Scoring.Models;
using Microsoft.ML.MedicalSegmentation.Scoring.Tiles;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Planned;

/// <summary>Weighted sums of overlapping tiles in half precision, as nnU-Net adds them, for only as many slices as a tile is deep.</summary>
/// <remarks>
/// Tiles come with ascending first slice; a slice that no later tile touches is read, then released, and its memory serves a slice further
/// on. Memory is 2 bytes x (outputs + 1) x patch depth x slice.
/// </remarks>
internal sealed class HalfSums
{
    private readonly int _channels;
    private readonly int _ring;
    private readonly VolumeShape _size;
    private readonly VolumeShape _patch;
    private readonly float[] _tileWeights;
    private readonly Half[] _sums;
    private readonly Half[] _weights;
    private readonly float[] _row;
    private readonly float[] _product;

    /// <exception cref="ArgumentException">The sums would be longer than an array can be.</exception>
    public HalfSums(int channels, VolumeShape size, VolumeShape patch, float[] tileWeights)
    {
        (_channels, _ring, _size, _patch, _tileWeights) = (channels, Math.Min(size.Depth, patch.Depth), size, patch, tileWeights);
        var plane = (long)size.Height * size.Width;
        if (channels * _ring * plane > Array.MaxLength)
        {
            throw new ArgumentException(
                $"Blending {channels} outputs over {_ring} slices of {size.Width} x {size.Height} takes {channels * _ring * plane:N0} numbers; at most {Array.MaxLength:N0} fit. Crop the volume.");
        }

        _sums = new Half[channels * _ring * plane];
        _weights = new Half[_ring * plane];
        _row = new float[patch.Width];
        _product = new float[patch.Width];
    }

    /// <summary>Adds a tile's logits times its weights; what lies outside the image is left out.</summary>
    /// <param name="logits">[output, depth, height, width] of the patch.</param>
    /// <param name="origin">The tile's first voxel.</param>
    public void Add(ReadOnlySpan<float> logits, TileOrigin origin)
    {
        int z0 = Math.Max(0, -origin.Z), z1 = Math.Min(_patch.Depth, _size.Depth - origin.Z);
        int y0 = Math.Max(0, -origin.Y), y1 = Math.Min(_patch.Height, _size.Height - origin.Y);
        int x0 = Math.Max(0, -origin.X), x1 = Math.Min(_patch.Width, _size.Width - origin.X);
        var width = x1 - x0;
        for (var channel = -1; channel < _channels; channel++)
        {
            for (var z = z0; z < z1; z++)
            {
                for (var y = y0; y < y1; y++)
                {
                    var from = (((z * _patch.Height) + y) * _patch.Width) + x0;
                    var weights = _tileWeights.AsSpan(from, width);
                    var target = Plane(channel, origin.Z + z).Slice(((origin.Y + y) * _size.Width) + origin.X + x0, width);
                    if (channel < 0)
                    {
                        AddRow(weights, target);
                        continue;
                    }

                    // Product and sum are rounded one after the other, as two operations.
                    var product = _product.AsSpan(0, width);
                    TensorPrimitives.Multiply(logits.Slice((channel * _tileWeights.Length) + from, width), weights, product);
                    AddRow(product, target);
                }
            }
        }
    }

    /// <summary>The mean of a slice, rounded to half precision; the slice's memory is released.</summary>
    /// <param name="z">The slice.</param>
    /// <param name="means">Receives [output, height, width].</param>
    /// <exception cref="InvalidOperationException">A sum is not finite.</exception>
    public void Take(int z, Span<float> means)
    {
        var weights = new float[_size.Height * _size.Width];
        TensorPrimitives.ConvertToSingle(Plane(-1, z), weights);
        for (var channel = 0; channel < _channels; channel++)
        {
            var plane = Plane(channel, z);
            var mean = means.Slice(channel * weights.Length, weights.Length);
            TensorPrimitives.ConvertToSingle(plane, mean);
            TensorPrimitives.Divide(mean, weights, mean);
            if (FiniteInput.IndexOfFirstOther(mean) >= 0)
            {
                throw new InvalidOperationException("The network's output is too large for half precision or not finite. Its weights may be damaged, or the intensities far from those of training.");
            }

            HalfRounding.Round(mean);
            plane.Clear();
        }

        Plane(-1, z).Clear();
    }

    private void AddRow(ReadOnlySpan<float> values, Span<Half> target)
    {
        var row = _row.AsSpan(0, values.Length);
        TensorPrimitives.ConvertToSingle(target, row);
        TensorPrimitives.Add(row, values, row);
        TensorPrimitives.ConvertToHalf(row, target);
    }

    // Channel -1 is that of the weights.
    private Span<Half> Plane(int channel, int z)
    {
        var plane = _size.Height * _size.Width;
        return channel < 0
            ? _weights.AsSpan(z % _ring * plane, plane)
            : _sums.AsSpan(((channel * _ring) + (z % _ring)) * plane, plane);
    }
}
