namespace Microsoft.ML.MedicalSegmentation.Datasets.Validation;

/// <summary>A voxel as findings name it.</summary>
internal static class VoxelPlace
{
    /// <summary>Value and place of the voxel at an offset into the first channel.</summary>
    public static string Of(Volume volume, long offset)
    {
        var (row, x) = Math.DivRem(offset, volume.Shape.Width);
        var (z, y) = Math.DivRem(row, volume.Shape.Height);
        return $"{volume.GetValue(0, (int)z, (int)y, (int)x)} at [z {z}, y {y}, x {x}]";
    }
}
