namespace Microsoft.ML.MedicalSegmentation.Formats.Voxels;

/// <summary>How the voxels of a file lie: [outer channel, depth, height, width, inner channel], the inner channel fastest.</summary>
/// <remarks>
/// Time points and modalities are outer channels; the components of a colour or a vector are inner ones. In memory all
/// are channels of a <see cref="VolumeShape"/>: channel = outer * <see cref="InnerChannels"/> + inner.
/// </remarks>
/// <param name="Type">How one voxel is stored.</param>
/// <param name="BigEndian">True if the most significant byte comes first.</param>
/// <param name="Shape">All channels and the grid.</param>
/// <param name="InnerChannels">Components that lie together for each grid point; divides the channels.</param>
internal readonly record struct VoxelLayout(VoxelType Type, bool BigEndian, VolumeShape Shape, int InnerChannels = 1)
{
    /// <summary>Channels that are whole grids apart in the file.</summary>
    public int OuterChannels => Shape.Channels / InnerChannels;

    /// <summary>Bytes of one voxel of one channel.</summary>
    public int VoxelSize => VoxelTypes.SizeOf(Type);

    /// <summary>True where bytes must be reversed on this machine.</summary>
    public bool MustSwap => VoxelSize > 1 && BigEndian == BitConverter.IsLittleEndian;

    /// <summary>Bytes of all voxels; larger than any file where the true product is beyond 64 bits.</summary>
    public long SizeInBytes
    {
        get
        {
            var size = (UInt128)(uint)Shape.Channels * (uint)Shape.Depth * (uint)Shape.Height * (uint)Shape.Width * (uint)VoxelSize;
            return size > long.MaxValue ? long.MaxValue : (long)size;
        }
    }
}
