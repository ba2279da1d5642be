using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Formats.Voxels;

namespace Microsoft.ML.MedicalSegmentation.Formats.Mgh;

/// <summary>FreeSurfer's volumes, read only: .mgh, and .mgz packed by gzip. Frames become channels.</summary>
/// <remarks>https://surfer.nmr.mgh.harvard.edu/fswiki/FsTutorial/MghFormat. Always big endian; voxels start at byte 284.</remarks>
internal sealed class MghFormat : IVolumeFormat
{
    /// <inheritdoc/>
    public string Name => "MGH";

    /// <inheritdoc/>
    public IReadOnlyList<string> Extensions { get; } = [".mgz", ".mgh"];

    /// <inheritdoc/>
    public bool CanWrite => false;

    /// <inheritdoc/>
    public bool Matches(VolumeSource source, ReadOnlySpan<byte> start) => MghHeader.Recognise(start);

    /// <inheritdoc/>
    public VolumeHeader ReadHeader(VolumeSource source)
    {
        using var data = VoxelData.OpenPossiblyPacked(source.Name, Name, source.Open());
        return MghHeader.Read(data, source.Name).Header;
    }

    /// <inheritdoc/>
    public Volume Read(VolumeSource source, VolumeRegion? region = null)
    {
        using var data = VoxelData.OpenPossiblyPacked(source.Name, Name, source.Open());
        var (header, layout) = MghHeader.Read(data, source.Name);
        data.MarkFirstVoxel();
        return VoxelReader.Read(data, layout, header, region, source.Options);
    }

    /// <inheritdoc/>
    public void Write(Volume volume, Stream destination, string extension, VolumeWriteOptions options)
        => throw new NotSupportedException("MGH is read only. Write NIfTI (.nii.gz) instead; FreeSurfer reads it.");
}
