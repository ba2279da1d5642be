using System.Numerics.Tensors;
using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Tiles;

/// <summary>Weighted sums of overlapping tiles, for only as many slices as a tile is deep.</summary>
/// <remarks>
/// Tiles come with ascending z. A slice that no later tile touches is read, then released, and its memory serves a
/// slice further on: slice z lives at z modulo the depth of the ring. So memory is classes x patch depth x slice,
/// not classes x volume.
/// </remarks>
internal sealed class BlendingSlab
{
    private float[] _sums = [];
    private int _channels;
    private int _ringDepth;
    private VolumeShape _size;

    /// <summary>Bytes held.</summary>
    public long SizeInBytes => _sums.LongLength * sizeof(float);

    /// <summary>Empties the slab for a volume; takes memory only where it has too little.</summary>
    /// <param name="channels">Channels of the tiles.</param>
    /// <param name="size">Sizes of the volume.</param>
    /// <param name="patch">Sizes of a tile.</param>
    /// <exception cref="InputDataException">The slab would be longer than an array can be.</exception>
    public void Start(int channels, VolumeShape size, VolumeShape patch)
    {
        _channels = channels;
        _ringDepth = Math.Min(size.Depth, patch.Depth);
        _size = size;
        var count = (long)_channels * _ringDepth * size.Height * size.Width;
        if (count > Array.MaxLength)
        {
            throw new InputDataException(
                $"Blending {channels} classes over {_ringDepth} slices of {size.Width} x {size.Height} takes {count:N0} numbers; at "
                    + $"most {Array.MaxLength:N0} fit. Crop the volume, or train with a patch of smaller depth."
            );
        }

        if (_sums.LongLength < count)
        {
            _sums = [];
            _sums = LargeArray.Allocate<float>((int)count);
        }

        _sums.AsSpan(0, (int)count).Clear();
    }

    /// <summary>The sums of one channel and slice, [height, width].</summary>
    public Span<float> Slice(int channel, int z)
    {
        var plane = _size.Height * _size.Width;
        return _sums.AsSpan(((channel * _ringDepth) + (z % _ringDepth)) * plane, plane);
    }

    /// <summary>Adds a tile's values times its weights; what lies outside the volume is left out.</summary>
    /// <param name="values">[channel, depth, height, width].</param>
    /// <param name="weights">[depth, height, width].</param>
    /// <param name="patch">Sizes of the tile.</param>
    /// <param name="origin">Its first voxel.</param>
    public void Add(ReadOnlySpan<float> values, ReadOnlySpan<float> weights, VolumeShape patch, TileOrigin origin)
    {
        int z0 = Math.Max(0, -origin.Z), z1 = Math.Min(patch.Depth, _size.Depth - origin.Z);
        int y0 = Math.Max(0, -origin.Y), y1 = Math.Min(patch.Height, _size.Height - origin.Y);
        int x0 = Math.Max(0, -origin.X), x1 = Math.Min(patch.Width, _size.Width - origin.X);
        for (var channel = 0; channel < _channels; channel++)
        {
            var channelValues = values.Slice(channel * weights.Length, weights.Length);
            for (var z = z0; z < z1; z++)
            {
                var slice = Slice(channel, origin.Z + z);
                for (var y = y0; y < y1; y++)
                {
                    var row = (((z * patch.Height) + y) * patch.Width) + x0;
                    var sums = slice.Slice(((origin.Y + y) * _size.Width) + origin.X + x0, x1 - x0);
                    TensorPrimitives.MultiplyAdd(channelValues.Slice(row, x1 - x0), weights.Slice(row, x1 - x0), sums, sums);
                }
            }
        }
    }

    /// <summary>Takes a box of a tile's values as they are, where no other tile gives any.</summary>
    /// <param name="values">[channel, depth, height, width].</param>
    /// <param name="patch">Sizes of the tile.</param>
    /// <param name="origin">Its first voxel.</param>
    /// <param name="from">First voxel of the box.</param>
    /// <param name="to">End of the box.</param>
    public void Take(ReadOnlySpan<float> values, VolumeShape patch, TileOrigin origin, TileOrigin from, TileOrigin to)
    {
        for (var channel = 0; channel < _channels; channel++)
        {
            for (var z = from.Z; z < to.Z; z++)
            {
                var slice = Slice(channel, z);
                for (var y = from.Y; y < to.Y; y++)
                {
                    var row =
                        ((((((channel * patch.Depth) + z - origin.Z) * patch.Height) + y - origin.Y) * patch.Width) + from.X) - origin.X;
                    values.Slice(row, to.X - from.X).CopyTo(slice[((y * _size.Width) + from.X)..]);
                }
            }
        }
    }

    /// <summary>Gives a slice's memory to the slices that follow.</summary>
    public void Release(int z)
    {
        for (var channel = 0; channel < _channels; channel++)
        {
            Slice(channel, z).Clear();
        }
    }
}
