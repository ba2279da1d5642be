using System.IO.Compression;

namespace Microsoft.ML.MedicalSegmentation.Formats.Tiff;

/// <summary>Reads strips and tiles: unpacked, differences undone, in this machine's byte order.</summary>
/// <param name="file">Stands at the start of the file.</param>
/// <param name="bigEndian">The file's byte order.</param>
internal sealed class TiffBlockReader(Stream file, bool bigEndian)
{
    private readonly long _start = file.Position;

    /// <summary>The most bytes that one packed byte can give: LZW's longest phrase has 4096 bytes for 9 bits or more.</summary>
    public static double LargestRatio(TiffCompression compression) => compression switch
    {
        TiffCompression.None => 1,
        TiffCompression.PackBits => 64,
        TiffCompression.Lzw => 3641,
        _ => 1032,
    };

    /// <summary>Reads the first rows of a block.</summary>
    /// <exception cref="InvalidDataException">The block lies outside the file, is damaged or ends early.</exception>
    public byte[] Read(TiffPage page, int index, int rows)
    {
        var rowBytes = (((long)page.BlockWidth * page.SamplesInBlock * page.BitsPerSample) + 7) / 8;
        var (offset, count) = (page.Offsets[index], page.ByteCounts[index]);
        if (offset + count > file.Length - _start || !(offset >= 0) || !(count >= 0))
        {
            throw new InvalidDataException(
                $"block {index} lies at {offset} with {count} bytes, outside the file of {file.Length - _start}"
            );
        }

        if ((double)rowBytes * rows > Math.Min(count * LargestRatio(page.Compression), Array.MaxLength))
        {
            throw new InvalidDataException($"block {index} has {count} packed bytes, which do not hold {rows} rows of {rowBytes}");
        }

        var packed = new byte[(int)Math.Min(count, Array.MaxLength)];
        file.Position = _start + (long)offset;
        file.ReadExactly(packed);
        var block = page.Compression == TiffCompression.None ? packed : new byte[rowBytes * rows];
        var filled = Unpack(page.Compression, packed, block);
        if (filled < rowBytes * rows)
        {
            throw new InvalidDataException($"block {index} ends after {filled} of {rowBytes * rows} bytes");
        }

        TiffPredictor.Undo(page, block.AsSpan(0, (int)(rowBytes * rows)), (int)rowBytes, bigEndian);
        return block;
    }

    private static int Unpack(TiffCompression compression, byte[] packed, byte[] block)
    {
        switch (compression)
        {
            case TiffCompression.None:
                return packed.Length;
            case TiffCompression.PackBits:
                return TiffPackBits.Unpack(packed, block);
            case TiffCompression.Lzw:
                return TiffLzw.Unpack(packed, block);
            default:
                using (var inflated = new ZLibStream(new MemoryStream(packed), CompressionMode.Decompress))
                {
                    return inflated.ReadAtLeast(block, block.Length, throwOnEndOfStream: false);
                }
        }
    }
}
