using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Formats.Images;
using Microsoft.ML.MedicalSegmentation.Formats.Voxels;

namespace Microsoft.ML.MedicalSegmentation.Formats.Png;

/// <summary>PNG: one slice of 8 or 16 bit integers, with 1 to 4 channels (grey, grey and alpha, RGB, RGBA).</summary>
/// <remarks>
/// Read: every bit depth, colour type and interlacing. Samples of 1, 2 and 4 bits keep their numbers, so that a 1-bit
/// mask has the labels 0 and 1. Palettes give colours, or the numbers of colours where
/// <see cref="VolumeReadOptions.KeepStoredNumbers"/> asks for them, as reading labels does. Gamma and colour profiles are
/// not applied; an orientation in EXIF data (chunk eXIf) is, so rows and columns are those that viewers show. Written: UInt8 and UInt16.
/// Position and orientation have no place in a PNG; the size of a pixel has. https://www.w3.org/TR/png-3/.
/// </remarks>
internal sealed class PngFormat : IVolumeFormat
{
    /// <inheritdoc/>
    public string Name => "PNG";

    /// <inheritdoc/>
    public IReadOnlyList<string> Extensions { get; } = [".png"];

    /// <inheritdoc/>
    public bool CanWrite => true;

    /// <inheritdoc/>
    public bool IsImage => true;

    /// <inheritdoc/>
    public bool Matches(VolumeSource source, ReadOnlySpan<byte> start) => start.StartsWith(PngHeader.Signature);

    /// <inheritdoc/>
    public VolumeHeader ReadHeader(VolumeSource source)
    {
        using var file = source.Open();
        return Describe(PngHeader.Read(file, source.Name), source).Header;
    }

    /// <inheritdoc/>
    public Volume Read(VolumeSource source, VolumeRegion? region = null)
    {
        var file = source.Open();
        PngHeader png;
        try
        {
            png = PngHeader.Read(file, source.Name);
        }
        catch
        {
            file.Dispose();
            throw;
        }

        var keepIndices = source.Options.KeepStoredNumbers;
        var packing = new VoxelCompression(Name, stream => new PngPixelStream(stream, png, keepIndices), png.LargestRatio(keepIndices));
        using var data = new VoxelData(source.Name, Name, file, packing);
        data.MarkFirstVoxel();
        var (header, layout) = Describe(png, source);
        return OrientationOf(png)
            .Read(
                header,
                region,
                (stored, block) => VoxelReader.Read(data, layout with { Shape = stored.Shape }, stored, block, source.Options)
            );
    }

    /// <inheritdoc/>
    public void Write(Volume volume, Stream destination, string extension, VolumeWriteOptions options)
        => PngWriter.Write(volume, destination, options);

    private static ImageOrientation OrientationOf(PngHeader png) => new(png.Orientation, png.Width, png.Height);

    private static (VolumeHeader Header, VoxelLayout Layout) Describe(PngHeader png, VolumeSource source)
    {
        var report = new HeaderReport(source.Name, "PNG");
        var orientation = OrientationOf(png);
        var geometry = orientation.FromDensity(png.PixelsPerMetreX / 1000.0, png.PixelsPerMetreY / 1000.0, "pHYs", report);
        orientation.Note("EXIF orientation", report);
        if (png.Transparency.Length > 0 && png.ColorType != PngColorType.Palette)
        {
            report.Note("tRNS marks one colour as transparent; its pixels were read as that colour.");
        }

        report.ThrowIfFaulty();
        var channels = png.ChannelsRead(source.Options.KeepStoredNumbers);
        var shape = new VolumeShape(channels, 1, orientation.Height, orientation.Width);
        var type = png.BitDepth == 16 ? VoxelType.UInt16 : VoxelType.UInt8;
        var header = new VolumeHeader("PNG", shape, type, VoxelScaling.Identity, geometry)
        {
            Fields = new Dictionary<string, string>
            {
                ["bit depth"] = $"{png.BitDepth}",
                ["color type"] = $"{png.ColorType}",
                ["interlaced"] = $"{png.Interlaced}",
                ["orientation"] = $"{png.Orientation}",
            },
            Notes = report.Notes,
        };
        return (header, new(type, BigEndian: true, shape, channels));
    }
}
