using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Microsoft.ML.MedicalSegmentation.Formats.Png;

/// <summary>Makes PNG files of every kind, and wrong ones.</summary>
/// <remarks>Rows go through the five filters in turn, so that every one is read.</remarks>
internal sealed class PngBytes(int width, int height, int depth, int colorType, bool interlaced, Func<int, int, int, int> sample)
{
    private static readonly (int X, int Y, int StepX, int StepY)[] Adam7 =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    private readonly List<(string Type, byte[] Data)> _before = [];
    private readonly List<(string Type, byte[] Data)> _behind = [];

    public int Channels => colorType switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };

    /// <summary>Adds a chunk before the pixels.</summary>
    public PngBytes With(string type, params byte[] data)
    {
        _before.Add((type, data));
        return this;
    }

    /// <summary>Adds a chunk behind the pixels.</summary>
    public PngBytes WithBehind(string type, params byte[] data)
    {
        _behind.Add((type, data));
        return this;
    }

    public PngBytes WithDensity(int perMetreX, int perMetreY)
    {
        var data = new byte[9];
        BinaryPrimitives.WriteInt32BigEndian(data, perMetreX);
        BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(4), perMetreY);
        data[8] = 1;
        return With("pHYs", data);
    }

    /// <param name="deflated">What IDAT holds; the pixels where left out.</param>
    public byte[] ToArray(byte[]? deflated = null)
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        var sizes = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(sizes, width);
        BinaryPrimitives.WriteInt32BigEndian(sizes.AsSpan(4), height);
        (sizes[8], sizes[9], sizes[12]) = ((byte)depth, (byte)colorType, (byte)(interlaced ? 1 : 0));
        Chunk(file, "IHDR", sizes);
        _before.ForEach(chunk => Chunk(file, chunk.Type, chunk.Data));
        deflated ??= Deflate(Rows());
        Chunk(file, "IDAT", deflated[..(deflated.Length / 3)]);
        Chunk(file, "IDAT", []);
        Chunk(file, "IDAT", deflated[(deflated.Length / 3)..]);
        _behind.ForEach(chunk => Chunk(file, chunk.Type, chunk.Data));
        Chunk(file, "IEND", []);
        return file.ToArray();
    }

    public static byte[] Deflate(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal))
        {
            zlib.Write(plain);
        }

        return packed.ToArray();
    }

    private static void Chunk(Stream file, string type, byte[] data)
    {
        var bytes = Encoding.ASCII.GetBytes(type).Concat(data).ToArray();
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(bytes);
        BinaryPrimitives.WriteUInt32BigEndian(number, ChecksumOf(bytes));
        file.Write(number);
    }

    private static uint ChecksumOf(byte[] bytes)
    {
        // gzip keeps the same checksum in its last eight bytes.
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return BinaryPrimitives.ReadUInt32LittleEndian(packed.ToArray().AsSpan()[^8..]);
    }

    private byte[] Rows()
    {
        var rows = new List<byte>();
        foreach (var (startX, startY, stepX, stepY) in interlaced ? Adam7 : [(0, 0, 1, 1)])
        {
            byte[]? above = null;
            for (var y = startY; y < height && startX < width; y += stepY)
            {
                var row = Row(y, startX, stepX);
                var filter = (y / stepY) % 5;
                rows.Add((byte)filter);
                rows.AddRange(Filter(filter, row, above ?? new byte[row.Length]));
                above = row;
            }
        }

        return [.. rows];
    }

    private byte[] Row(int y, int startX, int stepX)
    {
        var bits = new List<bool>();
        for (var x = startX; x < width; x += stepX)
        {
            for (var channel = 0; channel < Channels; channel++)
            {
                for (var bit = depth - 1; bit >= 0; bit--)
                {
                    bits.Add((sample(x, y, channel) >> bit & 1) != 0);
                }
            }
        }

        var bytes = new byte[(bits.Count + 7) / 8];
        for (var i = 0; i < bits.Count; i++)
        {
            bytes[i / 8] |= (byte)(bits[i] ? 0x80 >> (i % 8) : 0);
        }

        return bytes;
    }

    private byte[] Filter(int filter, byte[] row, byte[] above)
    {
        var step = Math.Max(depth * Channels / 8, 1);
        var filtered = new byte[row.Length];
        for (var i = 0; i < row.Length; i++)
        {
            int a = i >= step ? row[i - step] : 0, b = above[i], c = i >= step ? above[i - step] : 0;
            var p = a + b - c;
            var paeth =
                Math.Abs(p - a) <= Math.Abs(p - b) && Math.Abs(p - a) <= Math.Abs(p - c) ? a
                : Math.Abs(p - b) <= Math.Abs(p - c) ? b
                : c;
            filtered[i] = (byte)(
                row[i]
                - filter switch
                {
                    1 => a,
                    2 => b,
                    3 => (a + b) / 2,
                    4 => paeth,
                    _ => 0,
                }
            );
        }

        return filtered;
    }
}
