using Microsoft.ML.MedicalSegmentation.Formats.Voxels;

namespace Microsoft.ML.MedicalSegmentation.Formats.Nrrd;

/// <summary>NRRD's names of encodings.</summary>
internal static class NrrdEncoding
{
    /// <summary>How voxels are packed; null if the name is unknown.</summary>
    public static VoxelCompression? Find(string? name, VoxelType type) => name?.ToLowerInvariant() switch
    {
        "raw" => VoxelCompression.None,
        "gz" or "gzip" => VoxelCompression.Gzip,
        "bz2" or "bzip2" => VoxelCompression.Bzip2,
        "hex" => VoxelCompression.Hexadecimal,
        _ => IsText(name) ? VoxelCompression.Text(type) : null,
    };

    /// <summary>True for numbers as text, which have no byte order.</summary>
    public static bool IsText(string? name) => name?.ToLowerInvariant() is "txt" or "text" or "ascii";
}
