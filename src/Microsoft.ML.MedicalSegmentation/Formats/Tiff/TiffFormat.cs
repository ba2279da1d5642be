using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Formats.Voxels;

namespace Microsoft.ML.MedicalSegmentation.Formats.Tiff;

/// <summary>TIFF: pages as slices, samples as channels, of every integer and floating point type.</summary>
/// <remarks>
/// Read: both byte orders, strips and tiles, samples together or apart, uncompressed, PackBits, LZW and deflate with
/// predictors 2 and 3, 1 to 64 bits. Palettes give colours, or their numbers where
/// <see cref="VolumeReadOptions.KeepStoredNumbers"/> asks for them. Pages must be alike; ImageJ's description or OME-XML gives the
/// unit, the distance of slices and the order of channels. BigTIFF is read as well. An orientation (tag 274) is applied, so rows and
/// columns are those that viewers show. Written: as read by ImageJ, little endian, deflate or plain.
/// Position and orientation have no place in a TIFF; the size of a voxel has. TIFF 6.0,
/// https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf.
/// </remarks>
internal sealed class TiffFormat : IVolumeFormat
{
    /// <inheritdoc/>
    public string Name => "TIFF";

    /// <inheritdoc/>
    public IReadOnlyList<string> Extensions { get; } = [".tif", ".tiff"];

    /// <inheritdoc/>
    public bool CanWrite => true;

    /// <inheritdoc/>
    public bool IsImage => true;

    /// <inheritdoc/>
    public bool Matches(VolumeSource source, ReadOnlySpan<byte> start) => TiffDirectories.Recognise(start);

    /// <inheritdoc/>
    public VolumeHeader ReadHeader(VolumeSource source)
    {
        using var file = source.Open();
        return TiffFile.Read(file, source).Header;
    }

    /// <inheritdoc/>
    public Volume Read(VolumeSource source, VolumeRegion? region = null)
    {
        using var file = source.Open();
        var start = file.Position;
        var (tiff, header, layout) = TiffFile.Read(file, source);
        file.Position = start;
        var first = tiff.Pages[0];
        var ratio =
            tiff.Pages.Max(page => TiffBlockReader.LargestRatio(page.Compression))
            * 8.0
            * VoxelTypes.SizeOf(first.VoxelType)
            * layout.Shape.Channels
            / ((double)first.Samples * tiff.Layout.Channels * first.BitsPerSample);
        var packing = new VoxelCompression(Name, stream => new TiffPixelStream(stream, tiff, source.Options.KeepStoredNumbers), ratio);
        using var data = new VoxelData(source.Name, Name, file, packing);
        data.MarkFirstVoxel();
        return first.ImageOrientation.Read(
            header,
            region,
            (stored, block) => VoxelReader.Read(data, layout with { Shape = stored.Shape }, stored, block, source.Options)
        );
    }

    /// <inheritdoc/>
    public void Write(Volume volume, Stream destination, string extension, VolumeWriteOptions options)
        => TiffWriter.Write(volume, destination, options);
}
