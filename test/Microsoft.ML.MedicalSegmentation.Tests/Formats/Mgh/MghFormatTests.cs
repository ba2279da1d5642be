using System.Buffers.Binary;
using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation.Formats.Mgh;

[TestClass]
public sealed class MghFormatTests
{
    [TestMethod]
    public void Read_WithoutPosition_TakesFreeSurfersDefaultAndSaysSo()
    {
        var volume = Read(File(type: 0, goodRas: 0, [2, 1, 1, 1], [4, 5]));

        Assert.AreEqual("LIA", volume.Geometry.OrientationCode);
        Assert.IsTrue(volume.Header!.Notes.Any(n => n.Contains("goodRASFlag")));
        Assert.AreEqual(5, volume.GetValue(0, 0, 0, 1));
    }

    [TestMethod]
    public void Read_TypeAndSizeOutOfRange_AreBothNamed()
    {
        var fault = Assert.ThrowsExactly<VolumeFormatException>(() => Read(File(type: 5, goodRas: 0, [2, 0, 1, 1], [4, 5])));

        CollectionAssert.AreEqual(new[] { "height", "type" }, fault.Faults.Select(f => f.Field).ToArray());
    }

    private static Volume Read(byte[] file) => VolumeFormats.Open(VolumeSource.FromStream(new MemoryStream(file), "brain.mgz"));

    private static byte[] File(int type, short goodRas, int[] sizes, byte[] voxels)
    {
        var header = new byte[284];
        BinaryPrimitives.WriteInt32BigEndian(header, 1);
        for (var i = 0; i < 4; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + (4 * i)), sizes[i]);
        }

        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(20), type);
        BinaryPrimitives.WriteInt16BigEndian(header.AsSpan(28), goodRas);
        return [.. header, .. voxels];
    }
}
