// Stands in for SkiaSharp's PNG encoder.
using System.Buffers.Binary;
using System.IO.Compression;
using Microsoft.ML.Data;

namespace Microsoft.ML.ImageAnalytics;

internal static class PngWriting
{
    public static void Write(Stream file, MLImage image)
    {
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        var sizes = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(sizes, image.Width);
        BinaryPrimitives.WriteInt32BigEndian(sizes.AsSpan(4), image.Height);
        (sizes[8], sizes[9]) = (8, 6);
        WriteChunk(file, "IHDR"u8, sizes);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            WriteRows(zlib, image);
        }

        WriteChunk(file, "IDAT"u8, packed.ToArray());
        WriteChunk(file, "IEND"u8, []);
    }

    private static void WriteRows(Stream packed, MLImage image)
    {
        var blue = image.PixelFormat == MLPixelFormat.Bgra32 ? 0 : 2;
        for (var i = 0; i < image.Pixels.Length; i += 4)
        {
            if (i % (4 * image.Width) == 0)
            {
                packed.WriteByte(0);
            }

            var pixel = image.Pixels.Slice(i, 4);
            int opacity = pixel[3];
            byte Divide(byte value) => opacity is 0 or 255 ? value : (byte)Math.Min(((value * 255) + (opacity / 2)) / opacity, 255);
            packed.Write([Divide(pixel[2 - blue]), Divide(pixel[1]), Divide(pixel[blue]), pixel[3]]);
        }
    }

    private static void WriteChunk(Stream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        byte[] bytes = [.. type, .. data];
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(bytes);
        BinaryPrimitives.WriteUInt32BigEndian(number, Checksum(bytes));
        file.Write(number);
    }

    // gzip has the same checksum, four bytes before its length.
    private static uint Checksum(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return BinaryPrimitives.ReadUInt32LittleEndian(packed.ToArray().AsSpan()[^8..]);
    }
}
