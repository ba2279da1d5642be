using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Formats.Pairs;
using Microsoft.ML.MedicalSegmentation.Formats.Voxels;

namespace Microsoft.ML.MedicalSegmentation.Formats.Nrrd;

/// <summary>NRRD: attached (.nrrd) and detached (.nhdr with one or many data files).</summary>
/// <remarks>
/// Read: versions 1 to 5; raw, text, hex, gzip and bzip2; line and byte skips; all spaces; axes that are not of space as
/// channels, whether they come first or last. Written: version 4, gzip or raw, in the file's own space where it had an
/// anatomical one and left-posterior-superior otherwise. NRRD has no place for slope and intercept, so they are applied.
/// http://teem.sourceforge.net/nrrd/format.html.
/// </remarks>
internal sealed class NrrdFormat : IHeaderDataPairFormat
{
    /// <inheritdoc/>
    public string Name => "NRRD";

    /// <inheritdoc/>
    public IReadOnlyList<string> Extensions { get; } = [".nrrd"];

    /// <inheritdoc/>
    public IReadOnlyList<string> HeaderExtensions { get; } = [".nhdr"];

    /// <inheritdoc/>
    public bool CanWrite => true;

    /// <inheritdoc/>
    public bool Matches(VolumeSource source, ReadOnlySpan<byte> start) => NrrdHeader.Recognise(start);

    /// <inheritdoc/>
    public VolumeHeader ReadHeader(VolumeSource source)
    {
        using var file = new NrrdFile(source);
        return file.Header;
    }

    /// <inheritdoc/>
    public Volume Read(VolumeSource source, VolumeRegion? region = null)
    {
        using var file = new NrrdFile(source);
        return file.Read(region);
    }

    /// <inheritdoc/>
    public void Write(Volume volume, Stream destination, string extension, VolumeWriteOptions options)
    {
        var plain = ScaledVoxels.Apply(volume);
        destination.Write(NrrdWriter.MakeHeader(plain, Encoding(options), dataFileName: null));
        WriteVoxels(plain, destination, options);
    }

    /// <inheritdoc/>
    public string DataExtension(string headerExtension, VolumeWriteOptions options) => options.Compress ? ".raw.gz" : ".raw";

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
        var plain = ScaledVoxels.Apply(volume);
        header.Write(NrrdWriter.MakeHeader(plain, Encoding(options), dataFileName));
        WriteVoxels(plain, data, options);
    }

    private static string Encoding(VolumeWriteOptions options) => options.Compress ? "gzip" : "raw";

    private static void WriteVoxels(Volume volume, Stream destination, VolumeWriteOptions options)
    {
        if (!options.Compress)
        {
            VoxelWriter.Write(volume, destination, NrrdWriter.InnerChannels(volume));
            return;
        }

        using var gzip = new ParallelDeflateStream(destination, DeflateContainer.Gzip, options);
        VoxelWriter.Write(volume, gzip, NrrdWriter.InnerChannels(volume));
    }
}
