using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Formats.Images;
using Microsoft.ML.MedicalSegmentation.Formats.Voxels;

namespace Microsoft.ML.MedicalSegmentation.Formats.Bmp;

/// <summary>BMP: one slice of 8 bits, grey, RGB or RGBA.</summary>
/// <remarks>
/// Read: uncompressed files of 1, 4, 8, 24 and 32 bits. A palette of greys gives one channel, one of colours three, or the
/// numbers of colours if <see cref="VolumeReadOptions.KeepStoredNumbers"/> is set. The fourth byte of 32 bits is
/// read where the header calls it opacity. Written: UInt8 with 1, 3 or 4 channels. Position and orientation have no place
/// in a BMP. https://learn.microsoft.com/windows/win32/gdi/bitmap-storage.
/// </remarks>
internal sealed class BmpFormat : IVolumeFormat
{
    /// <inheritdoc/>
    public string Name => "BMP";

    /// <inheritdoc/>
    public IReadOnlyList<string> Extensions { get; } = [".bmp"];

    /// <inheritdoc/>
    public bool CanWrite => true;

    /// <inheritdoc/>
    public bool IsImage => true;

    /// <inheritdoc/>
    public bool Matches(VolumeSource source, ReadOnlySpan<byte> start) => BmpHeader.Recognise(start);

    /// <inheritdoc/>
    public VolumeHeader ReadHeader(VolumeSource source)
    {
        using var file = source.Open();
        return Describe(BmpHeader.Read(file, source.Name), source).Header;
    }

    /// <inheritdoc/>
    public Volume Read(VolumeSource source, VolumeRegion? region = null)
    {
        using var file = source.Open();
        var start = file.Position;
        var bmp = BmpHeader.Read(file, source.Name);
        var (header, layout) = Describe(bmp, source);
        file.Position = start;
        var packing = new VoxelCompression(
            Name,
            stream => new BmpPixelStream(stream, bmp, source.Options.KeepStoredNumbers),
            8.0 * layout.InnerChannels / bmp.BitsPerPixel
        );
        using var data = new VoxelData(source.Name, Name, file, packing);
        data.MarkFirstVoxel();
        return VoxelReader.Read(data, layout, header, region, source.Options);
    }

    /// <inheritdoc/>
    public void Write(Volume volume, Stream destination, string extension, VolumeWriteOptions options) =>
        BmpWriter.Write(volume, destination);

    private static (VolumeHeader Header, VoxelLayout Layout) Describe(BmpHeader bmp, VolumeSource source)
    {
        var report = new HeaderReport(source.Name, "BMP");
        var geometry = ImageGeometry.FromDensity(bmp.PixelsPerMetreX / 1000.0, bmp.PixelsPerMetreY / 1000.0, "biXPelsPerMeter", report);
        report.ThrowIfFaulty();
        var channels = bmp.ChannelsRead(source.Options.KeepStoredNumbers);
        var shape = new VolumeShape(channels, 1, bmp.Height, bmp.Width);
        var header = new VolumeHeader("BMP", shape, VoxelType.UInt8, VoxelScaling.Identity, geometry)
        {
            Fields = new Dictionary<string, string> { ["biBitCount"] = $"{bmp.BitsPerPixel}", ["palette"] = $"{bmp.Palette.Length / 4}" },
            Notes = report.Notes,
        };
        return (header, new(VoxelType.UInt8, BigEndian: false, shape, channels));
    }
}
