using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Volumes;

/// <summary>Makes volumes of a voxel type that is known only at run time.</summary>
internal static class VoxelBuffer
{
    /// <summary>Writes voxels as bytes of this machine's byte order, [channel, depth, height, width].</summary>
    public delegate void Fill(Span<byte> voxels);

    /// <summary>Allocates a volume and lets <paramref name="fill"/> write every one of its voxels.</summary>
    public static Volume Create(
        VoxelType type, VolumeShape shape, VolumeGeometry geometry, VoxelScaling scaling, VolumeHeader? header, Fill fill)
    {
        shape.Validate();
        return type switch
        {
            VoxelType.UInt8 => Create<byte>(shape, geometry, scaling, header, fill),
            VoxelType.Int8 => Create<sbyte>(shape, geometry, scaling, header, fill),
            VoxelType.UInt16 => Create<ushort>(shape, geometry, scaling, header, fill),
            VoxelType.Int16 => Create<short>(shape, geometry, scaling, header, fill),
            VoxelType.UInt32 => Create<uint>(shape, geometry, scaling, header, fill),
            VoxelType.Int32 => Create<int>(shape, geometry, scaling, header, fill),
            VoxelType.UInt64 => Create<ulong>(shape, geometry, scaling, header, fill),
            VoxelType.Int64 => Create<long>(shape, geometry, scaling, header, fill),
            VoxelType.Float32 => Create<float>(shape, geometry, scaling, header, fill),
            VoxelType.Float64 => Create<double>(shape, geometry, scaling, header, fill),
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "This is not a voxel type."),
        };
    }

    private static Volume<T> Create<T>(VolumeShape shape, VolumeGeometry geometry, VoxelScaling scaling, VolumeHeader? header, Fill fill)
        where T : unmanaged, INumber<T>
    {
        // 64-bit volumes above 2^31 bytes have no byte span; they hold at most 2^28 voxels.
        if (shape.Count * VoxelTypes.SizeOf(VoxelTypes.Of<T>()) > int.MaxValue)
        {
            throw new NotSupportedException(
                $"A volume of {shape} with {typeof(T).Name} voxels takes more than 2 GiB. Read it "
                    + "in blocks, or convert it to a narrower type."
            );
        }

        var voxels = LargeArray.Allocate<T>((int)shape.Count);
        fill(MemoryMarshal.AsBytes(voxels.AsSpan()));
        return Volume.Create(voxels, shape, geometry, scaling, header);
    }
}
