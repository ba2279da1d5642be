using System.Text;
using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation.Formats.MetaImage;

[TestClass]
public sealed class MetaImageFormatTests
{
    [TestMethod]
    public void Read_MatrixAndOffset_AreLps()
    {
        var volume = Read(
            "NDims = 3\nDimSize = 2 1 1\nElementType = MET_UCHAR\nElementSpacing = 1 2 3\n"
                + "TransformMatrix = 0 1 0 1 0 0 0 0 1\nOffset = 10 20 30\n",
            [5, 6]
        );

        Assert.AreEqual(new Vector3D(-10, -20, 30), volume.Geometry.Origin);

        // The first axis runs to posterior, the second to the left.
        Assert.AreEqual("PLS", volume.Geometry.OrientationCode);
        Assert.AreEqual(new Vector3D(1, 2, 3), volume.Geometry.Spacing);
    }

    [TestMethod]
    public void Read_Channels_AreDealtOut()
    {
        var volume = (Volume<byte>)Read("NDims = 2\nDimSize = 2 1\nElementNumberOfChannels = 2\nElementType = MET_UCHAR\n", [1, 2, 3, 4]);

        CollectionAssert.AreEqual(new byte[] { 1, 3, 2, 4 }, volume.Voxels.ToArray());
    }

    [TestMethod]
    public void Read_BigEndianAndText_GiveTheSameVoxels()
    {
        const string common = "NDims = 3\nDimSize = 2 1 1\nElementType = MET_SHORT\n";

        var big = Read(common + "BinaryDataByteOrderMSB = True\n", [0x01, 0x00, 0xFF, 0xFE]);
        var text = Read(common + "BinaryData = False\n", "256 -2"u8.ToArray());

        Assert.IsTrue(big.Bytes.SequenceEqual(text.Bytes));
        Assert.AreEqual(-2, big.GetValue(0, 0, 0, 1));
    }

    [TestMethod]
    public void Read_IntensityFunction_ScalesValues() =>
        Assert.AreEqual(
            -3,
            Read(
                    "NDims = 3\nDimSize = 1 1 1\nElementType = MET_UCHAR\nElementToIntensityFunctionSlope = 2\n"
                        + "ElementToIntensityFunctionOffset = -13\n",
                    [5]
                )
                .GetValue(0, 0, 0, 0)
        );

    [TestMethod]
    [DataRow("ElementDataFile = LIST\na.raw\nb.raw\n")]
    [DataRow("ElementDataFile = LIST 2D\na.raw\nb.raw\n")]
    [DataRow("HeaderSize = 1\nElementDataFile = LIST\nc.raw\nd.raw\n")]
    [DataRow("HeaderSize = -1\nElementDataFile = e.raw\n")]
    [DataRow("ElementDataFile = n%02d.raw 7 8 1\n")]
    public void Open_DataFilesBeside_AreJoinedInOrder(string lines)
    {
        using var folder = new TemporaryFolder();
        foreach (
            var (name, bytes) in new (string, byte[])[]
            {
                ("a", [1]),
                ("b", [2]),
                ("c", [9, 1]),
                ("d", [9, 2]),
                ("e", [9, 9, 9, 1, 2]),
                ("n07", [1]),
                ("n08", [2]),
            }
        )
        {
            File.WriteAllBytes(Path.Combine(folder.Path, name + ".raw"), bytes);
        }

        var header = folder.Write("volume.mhd", "ObjectType = Image\nNDims = 3\nDimSize = 1 1 2\nElementType = MET_UCHAR\n" + lines);

        CollectionAssert.AreEqual(new byte[] { 1, 2 }, VolumeFormats.Open(header).Bytes.ToArray());
    }

    [TestMethod]
    [DataRow("DimSize = 2 2", "DimSize")]
    [DataRow("DimSize = 1 1 -1", "DimSize")]
    [DataRow("DimSize = 1 1 1\nElementSpacing = 1 1 0", "ElementSpacing")]
    [DataRow("DimSize = 1 1 1\nTransformMatrix = 1 0 0 1 0 0 0 0 1", "TransformMatrix")]
    [DataRow("DimSize = 1 1 1\nElementNumberOfChannels = 0", "ElementNumberOfChannels")]
    [DataRow("DimSize = 1 1 1\nObjectType = Tube", "ObjectType")]
    public void Read_BrokenField_IsNamed(string lines, string field)
    {
        var fault = Assert.ThrowsExactly<VolumeFormatException>(() => Read($"NDims = 3\nElementType = MET_UCHAR\n{lines}\n", [1, 2, 3, 4]));

        Assert.AreEqual(field, fault.Field);
    }

    [TestMethod]
    public void Read_ZlibDataThatAsksForADictionary_IsRefused()
    {
        var fault = Assert.ThrowsExactly<VolumeFormatException>(
            () => Read("NDims = 3\nDimSize = 2 1 1\nElementType = MET_UCHAR\nCompressedData = True\n", [0x78, 0xBB, 0, 0, 0, 1, 3, 0]));

        StringAssert.Contains(fault.Message, "zlib data is damaged");
    }

    [TestMethod]
    public void Write_OfReadFile_KeepsOtherKeysAndThePlane()
    {
        var volume = Read("NDims = 2\nDimSize = 2 1\nElementType = MET_UCHAR\nITK_InputFilterName = x\n", [1, 2]);
        using var stream = new MemoryStream();

        VolumeFormats.Save(volume, stream, ".mha", new VolumeWriteOptions { Compress = false });
        var text = Encoding.UTF8.GetString(stream.ToArray());

        StringAssert.Contains(text, "NDims = 2\n");
        StringAssert.Contains(text, "ITK_InputFilterName = x\n");
    }

    private static Volume Read(string lines, byte[] data) =>
        VolumeFormats.Open(
            VolumeSource.FromStream(new MemoryStream([.. Encoding.UTF8.GetBytes(lines + "ElementDataFile = LOCAL\n"), .. data]), "scan.mha")
        );
}
