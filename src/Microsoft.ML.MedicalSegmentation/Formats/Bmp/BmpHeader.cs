using System.Buffers.Binary;
using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation.Formats.Bmp;

/// <summary>What stands before the pixels of a BMP.</summary>
internal sealed class BmpHeader
{
    /// <summary>Bytes of the file header.</summary>
    public const int FileBytes = 14;

    /// <summary>Bytes of the smallest information header that is read, and of the one with opacity.</summary>
    public const int InfoBytes = 40, InfoBytesWithOpacity = 108;

    private const uint Plain = 0, Masks = 3;

    private static readonly int[] InfoSizes = [InfoBytes, 52, 56, 64, InfoBytesWithOpacity, 124];

    private BmpHeader()
    {
    }

    public int Width { get; private set; }

    public int Height { get; private set; }

    /// <summary>True if the first row of the file is the upper one.</summary>
    public bool IsTopDown { get; private set; }

    /// <summary>1, 4, 8, 24 or 32.</summary>
    public int BitsPerPixel { get; private set; }

    /// <summary>True if the fourth byte of a pixel is its opacity.</summary>
    public bool HasOpacity { get; private set; }

    /// <summary>Offset of the first pixel in the file.</summary>
    public uint PixelOffset { get; private set; }

    /// <summary>Blue, green, red and a spare byte of each palette colour.</summary>
    public byte[] Palette { get; private set; } = [];

    public int PixelsPerMetreX { get; private set; }

    public int PixelsPerMetreY { get; private set; }

    /// <summary>Bytes of a row, which ends at a multiple of four.</summary>
    public long Stride => (((long)Width * BitsPerPixel) + 31) / 32 * 4;

    private bool IsGrey => Palette.Chunk(4).All(color => color[0] == color[1] && color[1] == color[2]);

    /// <summary>True for a file that starts like a BMP.</summary>
    public static bool Recognise(ReadOnlySpan<byte> start) =>
        start.Length >= FileBytes + 4
        && start.StartsWith("BM"u8)
        && (
            BinaryPrimitives.ReadInt32LittleEndian(start[FileBytes..]) is 12 or 16
            || InfoSizes.Contains(BinaryPrimitives.ReadInt32LittleEndian(start[FileBytes..]))
        );

    /// <summary>Channels that reading gives.</summary>
    public int ChannelsRead(bool keepIndices) => BitsPerPixel <= 8 ? keepIndices || IsGrey ? 1 : 3 : HasOpacity ? 4 : 3;

    /// <summary>Reads the header from the start of the file.</summary>
    /// <exception cref="VolumeFormatException">The header breaks a rule of the format.</exception>
    public static BmpHeader Read(Stream file, string source)
    {
        var bytes = new byte[FileBytes + InfoBytesWithOpacity];
        var start = file.Position;
        var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        var infoBytes = length >= FileBytes + 4 ? BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(FileBytes)) : 0;
        var report = new HeaderReport(source, "BMP");
        report.Require(
            InfoSizes.Contains(infoBytes),
            "biSize",
            infoBytes,
            $"it must be {string.Join(", ", InfoSizes)}; save older files anew"
        );
        report.ThrowIfFaulty();
        if (length < FileBytes + Math.Min(infoBytes, InfoBytesWithOpacity))
        {
            throw new VolumeFormatException(
                source,
                "BMP",
                null,
                $"the file has {length} bytes, less than its header. It is cut short; copy it again from its origin."
            );
        }

        var header = new BmpHeader();
        header.ReadInfo(bytes, infoBytes, report);
        report.ThrowIfFaulty();
        header.ReadPalette(file, start, bytes, infoBytes, source);
        return header;
    }

    private void ReadInfo(byte[] bytes, int infoBytes, HeaderReport report)
    {
        int Number(int offset) => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(offset));
        uint Unsigned(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(offset));
        PixelOffset = Unsigned(10);
        (Width, var height) = (Number(18), Number(22));
        BitsPerPixel = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(28));
        var compression = Unsigned(30);
        (PixelsPerMetreX, PixelsPerMetreY) = (Number(38), Number(42));
        report.Require(Width >= 1, "biWidth", Width, "it must be at least 1");
        report.Require(
            height != 0 && height != int.MinValue,
            "biHeight",
            height,
            "it must not be 0; negative heights mean rows from the top"
        );
        report.Require(BitsPerPixel is 1 or 4 or 8 or 24 or 32, "biBitCount", BitsPerPixel, "1, 4, 8, 24 and 32 are read");
        report.Require(
            compression == Plain || (compression == Masks && BitsPerPixel == 32),
            "biCompression",
            compression,
            "only uncompressed pixels are read; save the picture as PNG"
        );
        (Height, IsTopDown) = (height == int.MinValue ? 1 : Math.Abs(height), height < 0);
        if (compression == Masks && infoBytes >= 52)
        {
            report.Require(
                (Unsigned(54), Unsigned(58), Unsigned(62)) == (0xFF0000u, 0xFF00u, 0xFFu),
                "bV4RedMask",
                Unsigned(54).ToString("X8"),
                "colours must be whole bytes in the order blue, green, red"
            );
            HasOpacity = infoBytes >= 56 && Unsigned(66) == 0xFF000000;
        }
    }

    private void ReadPalette(Stream file, long start, byte[] bytes, int infoBytes, string source)
    {
        if (BitsPerPixel > 8)
        {
            return;
        }

        var count = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(46));
        var most = 1u << BitsPerPixel;
        if (count > most)
        {
            throw new VolumeFormatException(
                source,
                "BMP",
                [new("biClrUsed", $"{count}", $"{BitsPerPixel} bits have at most {most} colours")]
            );
        }

        Palette = new byte[4 * (count == 0 ? most : count)];
        file.Position = start + FileBytes + infoBytes;
        if (file.ReadAtLeast(Palette, Palette.Length, throwOnEndOfStream: false) < Palette.Length)
        {
            throw new VolumeFormatException(
                source,
                "BMP",
                null,
                "the file ends in its palette. It is cut short; copy it again from its origin."
            );
        }
    }
}
