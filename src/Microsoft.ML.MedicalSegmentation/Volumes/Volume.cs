using System.Numerics;
using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Voxels and where they lie in the patient: what loading yields and every transform passes on by reference.</summary>
/// <remarks>
/// Voxel order, in memory and in tensors: [channel, depth(z), height(y), width(x)], x fastest.
/// A volume never changes after it is made, so stages share it without copying. Voxels keep the type that the file
/// stored; <see cref="Scaling"/> turns them into values, and every member that speaks of values applies it.
/// </remarks>
public abstract class Volume
{
    private protected Volume(VolumeShape shape, VolumeGeometry geometry, VoxelScaling scaling, VolumeHeader? header)
    {
        shape.Validate();
        scaling.Validate();
        Shape = shape;
        Geometry = geometry;
        Scaling = scaling;
        Header = header;
    }

    /// <summary>Channels, depth, height and width in voxels.</summary>
    public VolumeShape Shape { get; }

    /// <summary>From voxel index to patient position in millimetres, RAS+.</summary>
    public VolumeGeometry Geometry { get; }

    /// <summary>From stored voxel to value.</summary>
    public VoxelScaling Scaling { get; }

    /// <summary>What the file said, where the volume came from a file; lets a writer of the same format keep it.</summary>
    public VolumeHeader? Header { get; }

    /// <summary>How voxels are stored.</summary>
    public abstract VoxelType VoxelType { get; }

    /// <summary>The stored voxels as bytes of this machine's byte order.</summary>
    /// <remarks>
    /// A span holds 2 GiB at most; larger volumes are reached by <see cref="CopyValues"/>, or as <see cref="Volume{T}"/> by its voxels.
    /// </remarks>
    /// <exception cref="OverflowException">The voxels take more than 2 GiB.</exception>
    public abstract ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Memory that the voxels take.</summary>
    public long SizeInBytes => Shape.Count * VoxelTypes.SizeOf(VoxelType);

    /// <summary>What errors call this volume: its file in quotes, or "a volume".</summary>
    internal string NameInErrors => Header?.Source is { } source ? $"'{source}'" : "a volume";

    /// <summary>Makes a volume of the array itself; the caller must not change it afterwards.</summary>
    /// <param name="voxels">Stored voxels in the order [channel, depth, height, width].</param>
    /// <param name="shape">Sizes; their product is the array's length.</param>
    /// <param name="geometry">Position in the patient. Default: 1 mm voxels at the origin.</param>
    /// <param name="scaling">From stored voxel to value. Default: the identity.</param>
    /// <param name="header">The file's own words, where there is a file.</param>
    /// <exception cref="ArgumentException">The array has another length than the shape, or the shape is impossible.</exception>
    public static Volume<T> Create<T>(
        T[] voxels, VolumeShape shape, VolumeGeometry? geometry = null, VoxelScaling? scaling = null, VolumeHeader? header = null)
        where T : unmanaged, INumber<T>
        => new(voxels, shape, geometry ?? VolumeGeometry.Identity, scaling ?? VoxelScaling.Identity, header);

    /// <summary>The value of one voxel, scaling applied.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index lies outside <see cref="Shape"/>.</exception>
    public double GetValue(int channel, int z, int y, int x) => Scaling.Apply(GetStored(Offset(channel, z, y, x)));

    /// <summary>Writes values (scaling applied) from <paramref name="start"/> on, as many as fit the destination.</summary>
    /// <param name="start">Offset of the first voxel in memory order, from 0.</param>
    /// <param name="destination">Receives consecutive values; must not reach past the last voxel.</param>
    public abstract void CopyValues(long start, Span<float> destination);

    /// <summary>All values as single precision: this volume itself where it already is unscaled single precision.</summary>
    public Volume<float> ToSingle()
    {
        if (this is Volume<float> { Scaling.IsIdentity: true } already)
        {
            return already;
        }

        var values = LargeArray.Allocate<float>(checked((int)Shape.Count));
        CopyValues(0, values);
        return Create(values, Shape, Geometry, VoxelScaling.Identity, Header);
    }

    /// <summary>One channel as a volume that shares this one's memory.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such channel.</exception>
    public abstract Volume Channel(int channel);

    /// <summary>The same voxels at another place; shares this volume's memory.</summary>
    public abstract Volume WithGeometry(VolumeGeometry geometry);

    /// <summary>The same volume with another header; shares this one's memory.</summary>
    internal abstract Volume WithHeader(VolumeHeader? header);

    /// <summary>Offset of a voxel in memory order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index lies outside <see cref="Shape"/>.</exception>
    public long Offset(int channel, int z, int y, int x)
    {
        if (
            (uint)channel >= (uint)Shape.Channels
            || (uint)z >= (uint)Shape.Depth
            || (uint)y >= (uint)Shape.Height
            || (uint)x >= (uint)Shape.Width
        )
        {
            throw new ArgumentOutOfRangeException(
                nameof(x), $"There is no voxel [channel {channel}, z {z}, y {y}, x {x}] in a volume of {Shape}.");
        }

        return (((((long)channel * Shape.Depth) + z) * Shape.Height + y) * Shape.Width) + x;
    }

    /// <summary>Size, type, spacing, orientation and memory in one line.</summary>
    public override string ToString()
        => $"{Shape}, {VoxelType}, {Geometry.Spacing} mm, {Geometry.OrientationCode}, {SizeInBytes / 1048576.0:0.#} MiB";

    private protected abstract double GetStored(long offset);
}
