namespace Microsoft.ML.MedicalSegmentation.Formats.Nrrd;

/// <summary>NRRD's names of voxel types.</summary>
internal static class NrrdType
{
    private static readonly (VoxelType Type, string[] Names)[] All =
    [
        (VoxelType.Int8, ["int8", "signed char", "int8_t"]),
        (VoxelType.UInt8, ["uint8", "uchar", "unsigned char", "uint8_t"]),
        (VoxelType.Int16, ["int16", "short", "short int", "signed short", "signed short int", "int16_t"]),
        (VoxelType.UInt16, ["uint16", "ushort", "unsigned short", "unsigned short int", "uint16_t"]),
        (VoxelType.Int32, ["int32", "int", "signed int", "int32_t"]),
        (VoxelType.UInt32, ["uint32", "uint", "unsigned int", "uint32_t"]),
        (VoxelType.Int64, ["int64", "longlong", "long long", "long long int", "signed long long", "signed long long int", "int64_t"]),
        (VoxelType.UInt64, ["uint64", "ulonglong", "unsigned long long", "unsigned long long int", "uint64_t"]),
        (VoxelType.Float32, ["float"]),
        (VoxelType.Float64, ["double"]),
    ];

    /// <summary>The type of a name; null if it is unknown.</summary>
    public static VoxelType? Find(string? name)
    {
        foreach (var (type, names) in All)
        {
            if (names.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                return type;
            }
        }

        return null;
    }

    /// <summary>The name under which a type is written.</summary>
    public static string NameOf(VoxelType type) => All.First(t => t.Type == type).Names[0];
}
