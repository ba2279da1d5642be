// Stands in for SkiaSharp's BMP decoder: 8, 24 and 32 bits, uncompressed.
using System.Buffers.Binary;

namespace Microsoft.ML.ImageAnalytics;

internal static class BmpReading
{
    private const int FileHeader = 14, InfoHeader = 40;

    public static (int Width, int Height, byte[] Pixels) Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < FileHeader + InfoHeader)
        {
            throw new InvalidDataException("the BMP is cut short");
        }

        int Number(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadInt32LittleEndian(bytes[offset..]);
        var (start, info, width, signedHeight) = (Number(file, 10), Number(file, 14), Number(file, 18), Number(file, 22));
        var (bits, packing, colors) = (BinaryPrimitives.ReadUInt16LittleEndian(file[28..]), Number(file, 30), Number(file, 46));
        if (bits is not (8 or 24 or 32) || packing != 0)
        {
            throw new InvalidDataException($"the BMP has {bits} bits a pixel and the compression {packing}; the stand-in of ML.NET reads 8, 24 and 32 bits, uncompressed");
        }

        var height = Math.Abs((long)signedHeight);
        var stride = (((long)width * bits) + 31) / 32 * 4;
        if (width < 1 || start < 0 || start + (stride * height) > file.Length)
        {
            throw new InvalidDataException("the BMP is cut short");
        }

        var pixels = PictureReader.Allocate(width, height, file.Length);
        var palette = FileHeader + (long)info;
        for (var i = 0; i < width * (int)height; i++)
        {
            var (x, y) = (i % width, i / width);
            var at = start + (int)((signedHeight > 0 ? height - 1 - y : y) * stride) + (x * bits / 8);
            var from = bits == 8 ? palette + (4 * file[at]) : at;
            if (from < 0 || from + 3 > file.Length || (bits == 8 && colors > 0 && file[at] >= colors))
            {
                throw new InvalidDataException("the BMP's palette is cut short");
            }

            file.Slice((int)from, 3).CopyTo(pixels.AsSpan(4 * i));
            pixels[(4 * i) + 3] = byte.MaxValue;
        }

        return (width, (int)height, pixels);
    }
}
