namespace Microsoft.ML.MedicalSegmentation.Formats.Nifti;

/// <summary>A NIfTI datatype code and how its voxels are kept here.</summary>
/// <param name="Code">The header's datatype.</param>
/// <param name="Name">As nifti1.h calls it, in lower case.</param>
/// <param name="Type">How each component is stored.</param>
/// <param name="Components">1; 3 for RGB, 4 for RGBA, 2 for complex numbers (real, imaginary). They become channels.</param>
internal sealed record NiftiDataType(int Code, string Name, VoxelType Type, int Components = 1)
{
    /// <summary>The codes that are read and written.</summary>
    public static IReadOnlyList<NiftiDataType> All { get; } =
    [
        new(2, "uint8", VoxelType.UInt8),
        new(4, "int16", VoxelType.Int16),
        new(8, "int32", VoxelType.Int32),
        new(16, "float32", VoxelType.Float32),
        new(32, "complex64", VoxelType.Float32, 2),
        new(64, "float64", VoxelType.Float64),
        new(128, "rgb24", VoxelType.UInt8, 3),
        new(256, "int8", VoxelType.Int8),
        new(512, "uint16", VoxelType.UInt16),
        new(768, "uint32", VoxelType.UInt32),
        new(1024, "int64", VoxelType.Int64),
        new(1280, "uint64", VoxelType.UInt64),
        new(1792, "complex128", VoxelType.Float64, 2),
        new(2304, "rgba32", VoxelType.UInt8, 4),
    ];

    /// <summary>The header's bitpix.</summary>
    public int Bits => 8 * VoxelTypes.SizeOf(Type) * Components;

    /// <summary>The datatype of a code; null for codes that are unknown or not read.</summary>
    public static NiftiDataType? Find(int code) => All.FirstOrDefault(t => t.Code == code);

    /// <summary>The one-component datatype that stores a voxel type.</summary>
    public static NiftiDataType Of(VoxelType type) => All.First(t => t.Type == type && t.Components == 1);

    /// <summary>Why a code has no entry, with what to do.</summary>
    public static string WhyNot(int code) => code switch
    {
        1 => "one-bit voxels are not read; convert to uint8",
        1536 or 2048 => "128-bit floating point has no .NET type; convert to float64",
        _ => $"the datatypes read are {string.Join(", ", All.Select(t => $"{t.Code} ({t.Name})"))}",
    };
}
