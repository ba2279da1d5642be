using System.Numerics.Tensors;
using Microsoft.ML.MedicalSegmentation.Numerics;
using Microsoft.ML.MedicalSegmentation.Scoring.Models;
using Microsoft.ML.MedicalSegmentation.Scoring.Tiles;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Planned;

/// <summary>
/// Weighted sums of overlapping tiles in half precision, as nnU-Net adds them, for only as many slices as a tile is deep.
/// </summary>
/// <remarks>
/// Tiles come with ascending first slice; a slice that no later tile touches is read, then released, and its memory serves a slice further
/// on. Memory is 2 bytes x (outputs + 1) x patch depth x slice.
/// </remarks>
internal sealed class HalfSums : IDisposable
{
    private readonly int _channels;
    private readonly int _ring;
    private readonly VolumeShape _size;
    private readonly VolumeShape _patch;
    private readonly float[] _tileWeights;
    private readonly NativeArray<Half> _sums;
    private readonly NativeArray<Half> _weights;
    private readonly float[] _sliceWeights;
    private readonly ParallelOptions _parallel;

    /// <summary>Takes the memory.</summary>
    /// <param name="channels">Outputs.</param>
    /// <param name="size">Size of the image.</param>
    /// <param name="patch">Size of a tile.</param>
    /// <param name="tileWeights">Weights of its voxels.</param>
    /// <param name="maximumThreads">The most threads. Default: 0, one per core.</param>
    public HalfSums(int channels, VolumeShape size, VolumeShape patch, float[] tileWeights, int maximumThreads = 0)
    {
        (_channels, _ring, _size, _patch, _tileWeights) = (channels, Math.Min(size.Depth, patch.Depth), size, patch, tileWeights);
        var plane = (long)size.Height * size.Width;
        _sums = new(channels * _ring * plane, clear: true);
        _weights = new(_ring * plane, clear: true);
        _sliceWeights = new float[plane];
        _parallel = new() { MaxDegreeOfParallelism = maximumThreads == 0 ? Environment.ProcessorCount : maximumThreads };
    }

    /// <summary>Adds a tile's logits times its weights; what lies outside the image is left out.</summary>
    /// <param name="logits">Holds [output, depth, height, width] of the patch.</param>
    /// <param name="start">Where that begins in the array.</param>
    /// <param name="origin">The tile's first voxel.</param>
    public void Add(float[] logits, int start, TileOrigin origin)
        => Parallel.For(-1, _channels, _parallel, channel => Add(logits, start, origin, channel));

    /// <summary>The mean of a slice, rounded to half precision; the slice's memory is released.</summary>
    /// <param name="z">The slice.</param>
    /// <param name="means">Receives [output, height, width].</param>
    /// <exception cref="InputDataException">A sum is not finite.</exception>
    public void Take(int z, float[] means)
    {
        TensorPrimitives.ConvertToSingle(Plane(-1, z), _sliceWeights);
        var isFinite = true;
        Parallel.For(0, _channels, _parallel, channel =>
        {
            var plane = Plane(channel, z);
            var mean = means.AsSpan(channel * plane.Length, plane.Length);
            TensorPrimitives.ConvertToSingle(plane, mean);
            TensorPrimitives.Divide<float>(mean, _sliceWeights, mean);
            if (FiniteInput.IndexOfFirstOther(mean) >= 0)
            {
                Volatile.Write(ref isFinite, false);
            }

            HalfRounding.Round(mean);
            plane.Clear();
        });
        Plane(-1, z).Clear();
        if (!isFinite)
        {
            throw new InputDataException(
                "The network's output is too large for half precision or not finite. Its weights may be damaged, or the intensities "
                    + "far from those of training."
            );
        }
    }

    private void Add(float[] logits, int start, TileOrigin origin, int channel)
    {
        int z0 = Math.Max(0, -origin.Z), z1 = Math.Min(_patch.Depth, _size.Depth - origin.Z);
        int y0 = Math.Max(0, -origin.Y), y1 = Math.Min(_patch.Height, _size.Height - origin.Y);
        int x0 = Math.Max(0, -origin.X), x1 = Math.Min(_patch.Width, _size.Width - origin.X);
        var (row, product) = (new float[x1 - x0], new float[x1 - x0]);
        for (var z = z0; z < z1; z++)
        {
            for (var y = y0; y < y1; y++)
            {
                var from = (((z * _patch.Height) + y) * _patch.Width) + x0;
                var weights = _tileWeights.AsSpan(from, row.Length);
                var target = Plane(channel, origin.Z + z).Slice(((origin.Y + y) * _size.Width) + origin.X + x0, row.Length);
                if (channel < 0)
                {
                    AddRow(weights, target, row);
                    continue;
                }

                // Product and sum are rounded one after the other, as two operations.
                TensorPrimitives.Multiply(logits.AsSpan(start + (channel * _tileWeights.Length) + from, row.Length), weights, product);
                AddRow(product, target, row);
            }
        }
    }

    private static void AddRow(ReadOnlySpan<float> values, Span<Half> target, Span<float> row)
    {
        TensorPrimitives.ConvertToSingle(target, row);
        TensorPrimitives.Add(row, values, row);
        TensorPrimitives.ConvertToHalf(row, target);
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        _sums.Dispose();
        _weights.Dispose();
    }

    // Channel -1 is that of the weights.
    private Span<Half> Plane(int channel, int z)
    {
        var plane = _size.Height * _size.Width;
        return channel < 0
            ? _weights.AsSpan((long)(z % _ring) * plane, plane)
            : _sums.AsSpan((((long)channel * _ring) + (z % _ring)) * plane, plane);
    }
}
