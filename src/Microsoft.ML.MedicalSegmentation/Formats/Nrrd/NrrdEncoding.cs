namespace Microsoft.ML.MedicalSegmentation;

/// <summary>NRRD's names of encodings.</summary>
internal static class NrrdEncoding
{
    /// <summary>How voxels are packed; null where the name is unknown.</summary>
    public static VoxelPacking? Find(string? name, VoxelType type) => name?.ToLowerInvariant() switch
    {
        "raw" => VoxelPacking.None,
        "gz" or "gzip" => VoxelPacking.Gzip,
        "bz2" or "bzip2" => VoxelPacking.Bzip2,
        "hex" => VoxelPacking.Hexadecimal,
        _ => IsText(name) ? VoxelPacking.Text(type) : null,
    };

    /// <summary>True for numbers as text, which have no byte order.</summary>
    public static bool IsText(string? name) => name?.ToLowerInvariant() is "txt" or "text" or "ascii";
}
