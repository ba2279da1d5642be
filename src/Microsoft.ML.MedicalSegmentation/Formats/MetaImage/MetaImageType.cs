namespace Microsoft.ML.MedicalSegmentation.Formats.MetaImage;

/// <summary>MetaImage's names of voxel types.</summary>
internal static class MetaImageType
{
    // MET_LONG is four bytes in files, whatever a compiler makes of long (metaTypes.h).
    private static readonly (string Name, VoxelType Type)[] All =
    [
        ("MET_CHAR", VoxelType.Int8),
        ("MET_UCHAR", VoxelType.UInt8),
        ("MET_SHORT", VoxelType.Int16),
        ("MET_USHORT", VoxelType.UInt16),
        ("MET_INT", VoxelType.Int32),
        ("MET_UINT", VoxelType.UInt32),
        ("MET_LONG", VoxelType.Int32),
        ("MET_ULONG", VoxelType.UInt32),
        ("MET_LONG_LONG", VoxelType.Int64),
        ("MET_ULONG_LONG", VoxelType.UInt64),
        ("MET_FLOAT", VoxelType.Float32),
        ("MET_DOUBLE", VoxelType.Float64),
    ];

    /// <summary>The names that are read.</summary>
    public static string Names => string.Join(", ", All.Select(t => t.Name));

    /// <summary>The type of a name; null if it is unknown.</summary>
    public static VoxelType? Find(string? name)
    {
        var plain = name?.Replace("_ARRAY", "", StringComparison.Ordinal);
        var index = Array.FindIndex(All, t => t.Name == plain);
        return index < 0 ? null : All[index].Type;
    }

    /// <summary>The name under which a type is written.</summary>
    public static string NameOf(VoxelType type) => All.First(t => t.Type == type).Name;
}
