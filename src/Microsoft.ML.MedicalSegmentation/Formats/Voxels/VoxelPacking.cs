namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How the bytes of voxels are packed in a file.</summary>
internal enum VoxelPacking
{
    /// <summary>As they are; any block can be read by itself.</summary>
    None,

    /// <summary>RFC 1952, one member or several.</summary>
    Gzip,

    /// <summary>RFC 1950.</summary>
    Zlib,

    /// <summary>bzip2.</summary>
    Bzip2,
}
