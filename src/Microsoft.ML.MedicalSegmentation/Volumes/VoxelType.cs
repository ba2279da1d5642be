using System.Runtime.CompilerServices;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How one voxel is stored.</summary>
public enum VoxelType
{
    /// <summary>Unsigned 8 bit.</summary>
    UInt8,

    /// <summary>Signed 8 bit.</summary>
    Int8,

    /// <summary>Unsigned 16 bit.</summary>
    UInt16,

    /// <summary>Signed 16 bit.</summary>
    Int16,

    /// <summary>Unsigned 32 bit.</summary>
    UInt32,

    /// <summary>Signed 32 bit.</summary>
    Int32,

    /// <summary>Unsigned 64 bit.</summary>
    UInt64,

    /// <summary>Signed 64 bit.</summary>
    Int64,

    /// <summary>IEEE 754 single precision.</summary>
    Float32,

    /// <summary>IEEE 754 double precision.</summary>
    Float64,
}

/// <summary>Facts about voxel types.</summary>
public static class VoxelTypes
{
    /// <summary>Bytes of one voxel of <paramref name="type"/>.</summary>
    public static int SizeOf(VoxelType type) => type switch
    {
        VoxelType.UInt8 or VoxelType.Int8 => 1,
        VoxelType.UInt16 or VoxelType.Int16 => 2,
        VoxelType.UInt32 or VoxelType.Int32 or VoxelType.Float32 => 4,
        VoxelType.UInt64 or VoxelType.Int64 or VoxelType.Float64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "This is not a voxel type."),
    };

    /// <summary>True for the signed and unsigned integer types.</summary>
    public static bool IsInteger(VoxelType type) => type is not (VoxelType.Float32 or VoxelType.Float64);

    /// <summary>The voxel type that stores .NET type <typeparamref name="T"/>.</summary>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is not a voxel type.</exception>
    public static VoxelType Of<T>()
        where T : unmanaged
        => Type.GetTypeCode(typeof(T)) switch
        {
            TypeCode.Byte => VoxelType.UInt8,
            TypeCode.SByte => VoxelType.Int8,
            TypeCode.UInt16 => VoxelType.UInt16,
            TypeCode.Int16 => VoxelType.Int16,
            TypeCode.UInt32 => VoxelType.UInt32,
            TypeCode.Int32 => VoxelType.Int32,
            TypeCode.UInt64 => VoxelType.UInt64,
            TypeCode.Int64 => VoxelType.Int64,
            TypeCode.Single => VoxelType.Float32,
            TypeCode.Double => VoxelType.Float64,
            _ => throw new NotSupportedException(
                $"Voxels of {typeof(T).Name} ({Unsafe.SizeOf<T>()} bytes) cannot be stored. Use byte, short, int, long, their "
                    + "(un)signed twins, float or double."
            ),
        };
}
