using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML.MedicalSegmentation.Volumes;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>A volume whose voxels are stored as <typeparamref name="T"/>.</summary>
/// <typeparam name="T">byte, short, int, long, their (un)signed twins, float or double.</typeparam>
public sealed class Volume<T> : Volume
    where T : unmanaged, INumber<T>
{
    private readonly ReadOnlyMemory<T> _voxels;

    internal Volume(ReadOnlyMemory<T> voxels, VolumeShape shape, VolumeGeometry geometry, VoxelScaling scaling, VolumeHeader? header)
        : base(shape, geometry, scaling, header)
    {
        if (voxels.Length != shape.Count)
        {
            throw new ArgumentException($"There are {voxels.Length} voxels; a volume of {shape} needs {shape.Count}.", nameof(voxels));
        }

        VoxelType = VoxelTypes.Of<T>();
        _voxels = voxels;
    }

    /// <inheritdoc/>
    public override VoxelType VoxelType { get; }

    /// <summary>Stored voxels, [channel, depth, height, width]; <see cref="Volume.Scaling"/> is not applied.</summary>
    public ReadOnlySpan<T> Voxels => _voxels.Span;

    /// <summary>Stored voxels, for code that keeps or slices them.</summary>
    public ReadOnlyMemory<T> Memory => _voxels;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Bytes => MemoryMarshal.AsBytes(_voxels.Span);

    /// <inheritdoc/>
    public override void CopyValues(long start, Span<float> destination)
    {
        var stored = Voxels.Slice(checked((int)start), destination.Length);
        if (typeof(T) == typeof(float))
        {
            MemoryMarshal.Cast<T, float>(stored).CopyTo(destination);
        }
        else
        {
            SingleConversion.Convert(stored, destination);
        }

        if (!Scaling.IsIdentity)
        {
            TensorPrimitives.Multiply(destination, (float)Scaling.Slope, destination);
            TensorPrimitives.Add(destination, (float)Scaling.Intercept, destination);
        }
    }

    /// <inheritdoc/>
    public override Volume Channel(int channel)
    {
        var start = Offset(channel, 0, 0, 0);
        return new Volume<T>(
            _voxels.Slice((int)start, (int)Shape.ChannelCount), Shape.WithChannels(1), Geometry, Scaling, Header);
    }

    /// <inheritdoc/>
    public override Volume WithGeometry(VolumeGeometry geometry) => new Volume<T>(_voxels, Shape, geometry, Scaling, Header);

    internal override Volume WithHeader(VolumeHeader? header) => new Volume<T>(_voxels, Shape, Geometry, Scaling, header);

    private protected override double GetStored(long offset) => double.CreateTruncating(_voxels.Span[(int)offset]);
}
