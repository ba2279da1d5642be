using System.IO.Compression;

namespace Microsoft.ML.MedicalSegmentation.Formats.Voxels;

[TestClass]
public class VoxelDataTests
{
    private const int VoxelBytes = 1000;

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(200_000)]
    public void VerifyEnd_BytesAfterTheVoxels_StillFindsAWrongChecksum(int trailer)
    {
        var intact = Gzip(trailer);
        Read(intact);

        var damaged = (byte[])intact.Clone();
        damaged[^8] ^= 0xFF;

        var fault = Assert.ThrowsExactly<VolumeFormatException>(() => Read(damaged));
        StringAssert.Contains(fault.Message, "damaged");
    }

    private static void Read(byte[] packed)
    {
        using var data = new VoxelData("scan", "NIfTI-1", new MemoryStream(packed), VoxelCompression.Gzip);
        data.ReadExactly(new byte[VoxelBytes]);
        data.VerifyEnd();
    }

    private static byte[] Gzip(int trailer)
    {
        var bytes = new byte[VoxelBytes + trailer];
        new Random(1).NextBytes(bytes);
        using var packed = new MemoryStream();
        using (var packing = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            packing.Write(bytes);
        }

        return packed.ToArray();
    }
}
