namespace Microsoft.ML.MedicalSegmentation.Formats.Images;

/// <summary>Refuses what a picture format cannot hold, rather than lose it.</summary>
internal static class ImageLimits
{
    /// <summary>Fails for a volume that a picture format cannot hold.</summary>
    /// <param name="volume">What is to be written; scaling applied.</param>
    /// <param name="format">Stands in errors.</param>
    /// <param name="types">The voxel types of the format.</param>
    /// <param name="channels">The numbers of channels of the format.</param>
    /// <param name="slices">The most slices of the format.</param>
    /// <exception cref="NotSupportedException">The format cannot hold the volume; says what can.</exception>
    public static void Require(Volume volume, string format, ReadOnlySpan<VoxelType> types, ReadOnlySpan<int> channels, int slices = 1)
    {
        const string Remedy =
            "Write NIfTI (.nii.gz) or NRRD (.nrrd), which keep it whole, or make a picture of it first by ConvertToImage.";
        if (volume.Shape.Depth > slices)
        {
            throw new NotSupportedException($"The volume has {volume.Shape.Depth} slices; a {format} has one. {Remedy}");
        }

        if (!types.Contains(volume.VoxelType))
        {
            throw new NotSupportedException(
                $"The volume has {volume.VoxelType} voxels; a {format} has {string.Join(", ", types.ToArray())}. {Remedy}"
            );
        }

        if (!channels.Contains(volume.Shape.Channels))
        {
            throw new NotSupportedException(
                $"The volume has {volume.Shape.Channels} channels; a {format} has {string.Join(", ", channels.ToArray())}. {Remedy}"
            );
        }
    }
}
