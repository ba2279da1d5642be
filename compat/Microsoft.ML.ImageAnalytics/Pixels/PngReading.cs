// Stands in for SkiaSharp's PNG decoder: every colour type and depth, not interlaced.
using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Microsoft.ML.MedicalSegmentation;

namespace Microsoft.ML.ImageAnalytics;

internal static class PngReading
{
    private const int ChunkStart = 8, ChunkEnd = 4, LargestRatio = 1032 * 8;

    public static (int Width, int Height, byte[] Pixels) Read(ReadOnlySpan<byte> file)
    {
        byte[] palette = [], opacity = [];
        using var packed = new MemoryStream();
        var sizes = ReadOnlySpan<byte>.Empty;
        for (var rest = file[8..]; rest.Length >= ChunkStart + ChunkEnd;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - ChunkStart - ChunkEnd)
            {
                throw new InvalidDataException("a chunk of the PNG is cut short");
            }

            var data = rest.Slice(ChunkStart, (int)length);
            switch (Encoding.Latin1.GetString(rest[4..ChunkStart]))
            {
                case "IHDR" when length == 13: sizes = data; break;
                case "PLTE": palette = data.ToArray(); break;
                case "tRNS": opacity = data.ToArray(); break;
                case "IDAT": packed.Write(data); break;
            }

            rest = rest[(ChunkStart + (int)length + ChunkEnd)..];
        }

        if (sizes.Length == 0 || sizes[12] != 0 || sizes[8] is not (1 or 2 or 4 or 8 or 16))
        {
            throw new InvalidDataException("the PNG has no header, or is interlaced, which the stand-in of ML.NET does not read");
        }

        var (width, height, depth, color) = (BinaryPrimitives.ReadUInt32BigEndian(sizes), BinaryPrimitives.ReadUInt32BigEndian(sizes[4..]), sizes[8], sizes[9]);
        var pixels = PictureReader.Allocate(width, height, packed.Length * LargestRatio);
        packed.Position = 0;
        using var plain = new ZLibStream(packed, CompressionMode.Decompress);
        try
        {
            ReadRows(plain, (int)width, (int)height, depth, color, (palette, opacity), pixels);
        }
        catch (EndOfStreamException fault)
        {
            throw new InvalidDataException("the PNG ends before its last pixel", fault);
        }

        return ((int)width, (int)height, pixels);
    }

    private static void ReadRows(Stream plain, int width, int height, int depth, int color, (byte[] Colors, byte[] Opacity) palette, Span<byte> pixels)
    {
        var channels = color switch { 0 or 3 => 1, 4 => 2, 2 => 3, 6 => 4, _ => throw new InvalidDataException($"a PNG has no color type {color}") };
        var bytes = ((width * channels * depth) + 7) / 8;
        var (row, above) = (new byte[bytes], new byte[bytes]);
        for (var y = 0; y < height; y++, (row, above) = (above, row))
        {
            var filter = plain.ReadByte();
            plain.ReadExactly(row);
            PngFilter.Undo(filter < 0 ? throw new EndOfStreamException() : filter, row, above, Math.Max(channels * depth / 8, 1));
            for (var x = 0; x < width; x++)
            {
                int Sample(int channel) => color == 3 || depth >= 8 ? Stored(row, (x * channels) + channel, depth) : Stored(row, x, depth) * 255 / ((1 << depth) - 1);
                var (r, g, b, a) = color switch
                {
                    0 => (Sample(0), Sample(0), Sample(0), 255),
                    2 => (Sample(0), Sample(1), Sample(2), 255),
                    4 => (Sample(0), Sample(0), Sample(0), Sample(1)),
                    6 => (Sample(0), Sample(1), Sample(2), Sample(3)),
                    _ => LookUp(palette, Sample(0)),
                };
                Write(pixels.Slice(4 * ((y * width) + x), 4), r, g, b, a);
            }
        }
    }

    // Of 16 bits the upper eight count.
    private static int Stored(byte[] row, int sample, int depth) => depth switch
    {
        16 => row[2 * sample],
        8 => row[sample],
        _ => (row[sample * depth >> 3] >> (8 - depth - ((sample * depth) & 7))) & ((1 << depth) - 1),
    };

    private static (int R, int G, int B, int A) LookUp((byte[] Colors, byte[] Opacity) palette, int color) =>
        (3 * color) + 2 < palette.Colors.Length
            ? (palette.Colors[3 * color], palette.Colors[(3 * color) + 1], palette.Colors[(3 * color) + 2], color < palette.Opacity.Length ? palette.Opacity[color] : 255)
            : throw new InvalidDataException($"the PNG's palette lacks the color {color}");

    private static void Write(Span<byte> pixel, int r, int g, int b, int a)
    {
        byte Multiply(int value) => (byte)(((value * a) + 127) / 255);
        (pixel[0], pixel[1], pixel[2], pixel[3]) = (Multiply(b), Multiply(g), Multiply(r), (byte)a);
    }
}
