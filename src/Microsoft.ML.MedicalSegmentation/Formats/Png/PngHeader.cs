using System.Buffers.Binary;
using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Formats.Images;

namespace Microsoft.ML.MedicalSegmentation.Formats.Png;

/// <summary>What stands before the pixels of a PNG.</summary>
internal sealed class PngHeader
{
    private const int LargestPalette = 256;

    // The most that deflate can make of one byte (zlib's manual, "maximum compression factor").
    private const double DeflateRatio = 1032;

    private PngHeader()
    {
    }

    /// <summary>The first bytes of every PNG.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Pixels along x, at least 1.</summary>
    public int Width { get; private set; }

    /// <summary>Pixels along y, at least 1.</summary>
    public int Height { get; private set; }

    /// <summary>Bits of a sample: 1, 2, 4, 8 or 16.</summary>
    public int BitDepth { get; private set; }

    /// <summary>What the samples mean.</summary>
    public PngColorType ColorType { get; private set; }

    /// <summary>True where rows come in seven passes (Adam7).</summary>
    public bool Interlaced { get; private set; }

    /// <summary>Red, green and blue of each palette colour.</summary>
    public byte[] Palette { get; private set; } = [];

    /// <summary>Opacity of the first palette colours; or the transparent colour.</summary>
    public byte[] Transparency { get; private set; } = [];

    /// <summary>Pixels in a metre along x; 0 if the file does not say.</summary>
    public uint PixelsPerMetreX { get; private set; }

    /// <summary>Pixels in a metre along y; 0 if the file does not say.</summary>
    public uint PixelsPerMetreY { get; private set; }

    /// <summary>The EXIF orientation, 1 to 8.</summary>
    public int Orientation { get; private set; } = 1;

    /// <summary>Samples of a pixel, as stored.</summary>
    public int Channels => ColorType switch
    {
        PngColorType.GreyAlpha => 2,
        PngColorType.Rgb => 3,
        PngColorType.Rgba => 4,
        _ => 1,
    };

    /// <summary>Bits of a pixel, as stored.</summary>
    public int BitsPerPixel => Channels * BitDepth;

    /// <summary>Channels that reading gives.</summary>
    public int ChannelsRead(bool keepIndices)
        => ColorType != PngColorType.Palette || keepIndices ? Channels : Transparency.Length > 0 ? 4 : 3;

    /// <summary>The most bytes of voxels that one byte of the file can give.</summary>
    public double LargestRatio(bool keepIndices)
        => DeflateRatio * ChannelsRead(keepIndices) * (BitDepth == 16 ? 16 : 8) / BitsPerPixel;

    /// <summary>Reads up to the first pixels; the stream then stands at their chunk.</summary>
    /// <exception cref="VolumeFormatException">The header breaks a rule of the format.</exception>
    public static PngHeader Read(Stream file, string source)
    {
        file.Seek(Signature.Length, SeekOrigin.Current);
        var header = new PngHeader();
        var report = new HeaderReport(source, "PNG");
        header.ReadSizes(ReadFirst(file, source), report);
        report.ThrowIfFaulty();
        while (true)
        {
            var start = file.Position;
            var chunk = PngChunk.Read(file, source, stopsBefore: "IDAT");
            if (chunk.Type == "IDAT")
            {
                file.Position = start;
                header.ReadExifBehindPixels(file, source);
                file.Position = start;
                break;
            }

            header.ReadFurther(chunk, source);
        }

        report.Require(
            header.ColorType != PngColorType.Palette || header.Palette.Length > 0,
            "PLTE",
            "missing",
            "an image of palette colours must have a palette"
        );
        report.ThrowIfFaulty();
        return header;
    }

    private static byte[] ReadFirst(Stream file, string source)
    {
        const int bytes = 13;
        var first = PngChunk.Read(file, source);
        return first is { Type: "IHDR", Data.Length: bytes }
            ? first.Data
            : throw first.Fault(
                source,
                $"{first.Data.Length} bytes; the first chunk must be IHDR with {bytes}. The file is damaged; copy it again from its origin"
            );
    }

    private void ReadSizes(byte[] data, HeaderReport report)
    {
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(data), BinaryPrimitives.ReadUInt32BigEndian(data.AsSpan(4)));
        report.Require(width is >= 1 and <= int.MaxValue, "width", width, $"it must be 1 to {int.MaxValue}");
        report.Require(height is >= 1 and <= int.MaxValue, "height", height, $"it must be 1 to {int.MaxValue}");
        (Width, Height) = ((int)(width & int.MaxValue), (int)(height & int.MaxValue));
        (BitDepth, ColorType) = (data[8], (PngColorType)data[9]);
        int[] depths = ColorType switch
        {
            PngColorType.Grey => [1, 2, 4, 8, 16],
            PngColorType.Palette => [1, 2, 4, 8],
            PngColorType.Rgb or PngColorType.GreyAlpha or PngColorType.Rgba => [8, 16],
            _ => [],
        };
        report.Require(depths.Length > 0, "color type", data[9], "it must be 0, 2, 3, 4 or 6");
        report.Require(
            depths.Length == 0 || depths.Contains(BitDepth),
            "bit depth",
            BitDepth,
            $"with color type {data[9]} it must be {string.Join(", ", depths)}"
        );
        report.Require(data[10] == 0, "compression method", data[10], "it must be 0 (deflate)");
        report.Require(data[11] == 0, "filter method", data[11], "it must be 0");
        report.Require(data[12] <= 1, "interlace method", data[12], "it must be 0 or 1 (Adam7)");
        Interlaced = data[12] == 1;
    }

    // From the first IDAT chunk on: EXIF data may follow the pixels. Anything else there is ignored and may be cut short.
    private void ReadExifBehindPixels(Stream file, string source)
    {
        Span<byte> start = stackalloc byte[PngChunk.StartBytes];
        while (file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length)
        {
            var (length, type) = PngChunk.ReadStart(start);
            if (type == "eXIf")
            {
                file.Seek(-start.Length, SeekOrigin.Current);
                ReadFurther(PngChunk.Read(file, source), source);
                return;
            }

            if (type == "IEND" || length > file.Length - file.Position - PngChunk.EndBytes)
            {
                return;
            }

            file.Seek(length + PngChunk.EndBytes, SeekOrigin.Current);
        }
    }

    private void ReadFurther(PngChunk chunk, string source)
    {
        switch (chunk.Type)
        {
            case "PLTE":
                Palette =
                    chunk.Data.Length is > 0 and <= 3 * LargestPalette && chunk.Data.Length % 3 == 0
                        ? chunk.Data
                        : throw chunk.Fault(
                            source,
                            $"a palette of {chunk.Data.Length} bytes; it must have 1 to {LargestPalette} colours of 3 bytes"
                        );
                break;
            case "tRNS":
                Transparency = chunk.Data.Length <= LargestPalette
                    ? chunk.Data
                    : throw chunk.Fault(source, $"the opacities of {chunk.Data.Length} colours; a palette has at most {LargestPalette}");
                break;
            case "pHYs" when chunk.Data is [.., 1] && chunk.Data.Length == 9:
                PixelsPerMetreX = BinaryPrimitives.ReadUInt32BigEndian(chunk.Data);
                PixelsPerMetreY = BinaryPrimitives.ReadUInt32BigEndian(chunk.Data.AsSpan(4));
                break;
            case "eXIf":
                Orientation = ExifOrientation.Find(chunk.Data);
                break;
            case "acTL":
                throw chunk.Fault(source, "an animation, which is not a volume. Save its pictures one by one");
            default:
                // A small first letter marks what a reader may pass over.
                if (char.IsAsciiLetterUpper(chunk.Type[0]))
                {
                    throw chunk.Fault(
                        source,
                        "a part that readers must understand and this one does not. The file is "
                            + "damaged, or of a later version of the format"
                    );
                }

                break;
        }
    }
}
