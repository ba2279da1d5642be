using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Formats.Pairs;
using Microsoft.ML.MedicalSegmentation.Formats.Voxels;

namespace Microsoft.ML.MedicalSegmentation.Formats.Nifti;

/// <summary>NIfTI-1 and NIfTI-2: one file (.nii, .nii.gz) or a pair (.hdr and .img), of either byte order.</summary>
/// <remarks>
/// Read: every integer and floating-point type up to 64 bits; RGB, RGBA and complex numbers as channels; up to five
/// dimensions, those after z as channels (time fastest). Written: the volume's own type, little endian, NIfTI-1 where
/// sizes allow, with what the file of a volume said of itself, its header extensions included.
/// https://nifti.nimh.nih.gov/nifti-1, https://nifti.nimh.nih.gov/nifti-2.
/// </remarks>
internal sealed class NiftiFormat : IHeaderDataPairFormat
{
    /// <inheritdoc/>
    public string Name => "NIfTI";

    /// <inheritdoc/>
    public IReadOnlyList<string> Extensions { get; } = [".nii.gz", ".nii"];

    /// <inheritdoc/>
    public IReadOnlyList<string> HeaderExtensions { get; } = [".hdr", ".hdr.gz"];

    /// <inheritdoc/>
    public bool CanWrite => true;

    /// <inheritdoc/>
    public bool Matches(VolumeSource source, ReadOnlySpan<byte> start)
        => NiftiHeader.HasMagic(NiftiPair.StartOfHeader(source, start));

    /// <inheritdoc/>
    public VolumeHeader ReadHeader(VolumeSource source)
    {
        using var file = NiftiFile.Open(source, NiftiHeader.TryParse);
        return file.Header;
    }

    /// <inheritdoc/>
    public Volume Read(VolumeSource source, VolumeRegion? region = null)
    {
        using var file = NiftiFile.Open(source, NiftiHeader.TryParse);
        return file.Read(region);
    }

    /// <inheritdoc/>
    public void Write(Volume volume, Stream destination, string extension, VolumeWriteOptions options)
    {
        var header = NiftiWriter.MakeHeader(volume, isPair: false);
        WritePossiblyPacked(destination, extension, options, stream =>
        {
            NiftiWriter.WriteHeader(header, stream);
            VoxelWriter.Write(volume, stream, NiftiWriter.InnerChannels(header));
        });
    }

    /// <inheritdoc/>
    public string DataExtension(string headerExtension, VolumeWriteOptions options) => headerExtension == ".hdr.gz" ? ".img.gz" : ".img";

    /// <inheritdoc/>
    public void WriteDetached(
        Volume volume,
        Stream header,
        Stream data,
        string dataFileName,
        string headerExtension,
        VolumeWriteOptions options
    )
    {
        var fields = NiftiWriter.MakeHeader(volume, isPair: true);
        WritePossiblyPacked(header, headerExtension, options, stream => NiftiWriter.WriteHeader(fields, stream));
        WritePossiblyPacked(data, headerExtension, options, stream => VoxelWriter.Write(volume, stream, NiftiWriter.InnerChannels(fields)));
    }

    private static void WritePossiblyPacked(Stream destination, string extension, VolumeWriteOptions options, Action<Stream> write)
    {
        if (!extension.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
        {
            write(destination);
            return;
        }

        using var gzip = new ParallelDeflateStream(destination, DeflateContainer.Gzip, options);
        write(gzip);
    }
}
