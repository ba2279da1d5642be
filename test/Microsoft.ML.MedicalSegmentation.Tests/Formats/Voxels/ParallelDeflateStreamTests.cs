using System.IO.Compression;

namespace Microsoft.ML.MedicalSegmentation.Formats.Voxels;

[TestClass]
public sealed class ParallelDeflateStreamTests
{
    // Around the block of 1 MiB, and nothing at all.
    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow((1 << 20) - 1)]
    [DataRow(1 << 20)]
    [DataRow((3 << 20) + 5)]
    public void Write_OfAnyLength_IsOneStreamThatOthersUnpack(int length)
    {
        var plain = new byte[length];
        var random = new Random(length);
        for (var i = 0; i < length; i += 3)
        {
            plain[i] = (byte)random.Next(256);
        }

        CollectionAssert.AreEqual(plain, Unpack(new GZipStream(Pack(plain, DeflateContainer.Gzip), CompressionMode.Decompress)));
        CollectionAssert.AreEqual(plain, Unpack(new ZLibStream(Pack(plain, DeflateContainer.Zlib), CompressionMode.Decompress)));
    }

    [TestMethod]
    public void Write_OfNoise_FitsItsBuffers()
    {
        var noise = new byte[(2 << 20) + 7];
        new Random(1).NextBytes(noise);

        CollectionAssert.AreEqual(noise, Unpack(new GZipStream(Pack(noise, DeflateContainer.Gzip), CompressionMode.Decompress)));
    }

    [TestMethod]
    public void Checksum_OfDamagedData_IsNoticed()
    {
        var packed = Pack(new byte[3_000_000], DeflateContainer.Gzip).ToArray();
        packed[^5] ^= 1;

        Assert.ThrowsExactly<InvalidDataException>(() => Unpack(new GZipStream(new MemoryStream(packed), CompressionMode.Decompress)));
    }

    private static MemoryStream Pack(byte[] plain, DeflateContainer container)
    {
        var packed = new MemoryStream();
        using (var stream = new ParallelDeflateStream(packed, container, new VolumeWriteOptions { MaximumThreads = 3 }))
        {
            // Pieces that do not divide the blocks.
            for (var start = 0; start < plain.Length; start += 77_777)
            {
                stream.Write(plain.AsSpan(start, Math.Min(77_777, plain.Length - start)));
            }
        }

        packed.Position = 0;
        return packed;
    }

    private static byte[] Unpack(Stream stream)
    {
        using var plain = new MemoryStream();
        stream.CopyTo(plain);
        stream.Dispose();
        return plain.ToArray();
    }
}
