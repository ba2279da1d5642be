using System.Buffers.Binary;
using System.IO.Compression;

namespace Microsoft.ML.MedicalSegmentation.Formats.Voxels;

/// <summary>What stands around deflate data: a start, and a checksum at the end that can be joined from those of blocks.</summary>
internal abstract class DeflateContainer
{
    /// <summary>RFC 1952.</summary>
    public static DeflateContainer Gzip { get; } = new GzipContainer();

    /// <summary>RFC 1950.</summary>
    public static DeflateContainer Zlib { get; } = new ZlibContainer();

    /// <summary>The bytes before the deflate data; those that <see cref="Pack"/> writes have the same length.</summary>
    public abstract ReadOnlySpan<byte> Start { get; }

    /// <summary>The checksum of no bytes.</summary>
    public abstract uint EmptyChecksum { get; }

    /// <summary>A stream that packs one block in this container.</summary>
    public abstract Stream Pack(Stream destination, int level);

    /// <summary>The checksum of the block that ends here.</summary>
    public abstract uint ReadChecksum(ReadOnlySpan<byte> packed);

    /// <summary>The checksum of two neighbouring blocks.</summary>
    public abstract uint Combine(uint first, uint second, long secondLength);

    /// <summary>What follows the deflate data.</summary>
    public abstract byte[] End(uint checksum, long length);

    private sealed class GzipContainer : DeflateContainer
    {
        // Magic, deflate, no flags, no time, no hint, unknown system: the same input gives the same file.
        public override ReadOnlySpan<byte> Start => [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF];

        public override uint EmptyChecksum => 0;

        public override Stream Pack(Stream destination, int level)
            => new GZipStream(destination, new ZLibCompressionOptions { CompressionLevel = level }, leaveOpen: true);

        public override uint ReadChecksum(ReadOnlySpan<byte> packed) => BinaryPrimitives.ReadUInt32LittleEndian(packed[^8..]);

        public override uint Combine(uint first, uint second, long secondLength) => Crc32.Combine(first, second, secondLength);

        public override byte[] End(uint checksum, long length)
        {
            var end = new byte[8];
            BinaryPrimitives.WriteUInt32LittleEndian(end, checksum);
            BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(4), (uint)length);
            return end;
        }
    }

    private sealed class ZlibContainer : DeflateContainer
    {
        // A window of 32 KiB, the default level.
        public override ReadOnlySpan<byte> Start => [0x78, 0x9C];

        public override uint EmptyChecksum => 1;

        public override Stream Pack(Stream destination, int level)
            => new ZLibStream(destination, new ZLibCompressionOptions { CompressionLevel = level }, leaveOpen: true);

        public override uint ReadChecksum(ReadOnlySpan<byte> packed) => BinaryPrimitives.ReadUInt32BigEndian(packed[^4..]);

        public override uint Combine(uint first, uint second, long secondLength)
        {
            // Adler-32 is two sums modulo a prime: of the bytes (from 1), and of that sum after each byte.
            const uint prime = 65521;
            var (sum1, sum2) = (first & 0xFFFF, first >> 16);
            var (added1, added2) = (second & 0xFFFF, second >> 16);
            var low = (sum1 + added1 + prime - 1) % prime;
            var high = (sum2 + added2 + ((ulong)(secondLength % prime) * (sum1 + prime - 1) % prime)) % prime;
            return ((uint)high << 16) | low;
        }

        public override byte[] End(uint checksum, long length)
        {
            var end = new byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(end, checksum);
            return end;
        }
    }
}
