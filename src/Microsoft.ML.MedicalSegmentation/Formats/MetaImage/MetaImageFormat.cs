using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Formats.Pairs;
using Microsoft.ML.MedicalSegmentation.Formats.Voxels;

namespace Microsoft.ML.MedicalSegmentation.Formats.MetaImage;

/// <summary>MetaImage, ITK's own format: one file (.mha), or a header and data files (.mhd with .raw or .zraw).</summary>
/// <remarks>
/// Read: binary and text, plain and packed, one data file or a list of slices. Dimensions after z, and the components of
/// a voxel, become channels. Written: channels as components. MetaImage's slope and intercept are honoured when reading
/// but written applied, as ITK does not read them. https://itk.org/Wiki/ITK/MetaIO/Documentation.
/// </remarks>
internal sealed class MetaImageFormat : IHeaderDataPairFormat
{
    /// <inheritdoc/>
    public string Name => "MetaImage";

    /// <inheritdoc/>
    public IReadOnlyList<string> Extensions { get; } = [".mha"];

    /// <inheritdoc/>
    public IReadOnlyList<string> HeaderExtensions { get; } = [".mhd"];

    /// <inheritdoc/>
    public bool CanWrite => true;

    /// <inheritdoc/>
    public bool Matches(VolumeSource source, ReadOnlySpan<byte> start) => MetaImageHeader.Recognise(start);

    /// <inheritdoc/>
    public VolumeHeader ReadHeader(VolumeSource source)
    {
        using var file = new MetaImageFile(source);
        return file.Header;
    }

    /// <inheritdoc/>
    public Volume Read(VolumeSource source, VolumeRegion? region = null)
    {
        using var file = new MetaImageFile(source);
        return file.Read(region);
    }

    /// <inheritdoc/>
    public void Write(Volume volume, Stream destination, string extension, VolumeWriteOptions options)
    {
        var plain = ScaledVoxels.Apply(volume);
        if (!options.Compress)
        {
            destination.Write(MetaImageWriter.MakeHeader(plain, null, "LOCAL"));
            WriteVoxels(plain, destination, options);
            return;
        }

        // The header says how many packed bytes follow, so they are made first.
        using var packed = new MemoryStream();
        WriteVoxels(plain, packed, options);
        destination.Write(MetaImageWriter.MakeHeader(plain, packed.Length, "LOCAL"));
        packed.WriteTo(destination);
    }

    /// <inheritdoc/>
    public string DataExtension(string headerExtension, VolumeWriteOptions options) => options.Compress ? ".zraw" : ".raw";

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
        var start = data.Position;
        WriteVoxels(plain, data, options);
        header.Write(MetaImageWriter.MakeHeader(plain, options.Compress ? data.Position - start : null, dataFileName));
    }

    private static void WriteVoxels(Volume volume, Stream destination, VolumeWriteOptions options)
    {
        if (!options.Compress)
        {
            VoxelWriter.Write(volume, destination, MetaImageWriter.InnerChannels(volume));
            return;
        }

        using var zlib = new ParallelDeflateStream(destination, DeflateContainer.Zlib, options);
        VoxelWriter.Write(volume, zlib, MetaImageWriter.InnerChannels(volume));
    }
}
