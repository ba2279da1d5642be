using System.Text;
using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation.Formats.Nrrd;

[TestClass]
public sealed class NrrdFormatTests
{
    private const string Space = "space: left-posterior-superior\nspace directions: (1,0,0) (0,2,0) (0,0,3)\nspace origin: (10,20,30)\n";

    [TestMethod]
    [DataRow("left-posterior-superior", -10.0, -20.0, "LPS")]
    [DataRow("LPS", -10.0, -20.0, "LPS")]
    [DataRow("left-anterior-superior", -10.0, 20.0, "LAS")]
    [DataRow("right-anterior-superior", 10.0, 20.0, "RAS")]
    [DataRow("scanner-xyz", -10.0, -20.0, "LPS")]
    public void Read_SpaceConvention_GivesPatientPositions(string space, double x, double y, string orientation)
    {
        var volume = Read(
            Header("uint8", "2 2 2", "raw", Space.Replace("left-posterior-superior", space, StringComparison.Ordinal)),
            new byte[8]
        );

        Assert.AreEqual(new Vector3D(x, y, 30), volume.Geometry.Origin);
        Assert.AreEqual(new Vector3D(1, 2, 3), volume.Geometry.Spacing);
        Assert.AreEqual(orientation, volume.Geometry.OrientationCode);
    }

    [TestMethod]
    public void Read_SpaceWithTime_TakesTimeAsChannels()
    {
        var volume = Read(
            Header(
                "uint8",
                "2 1 1 3",
                "raw",
                "space: left-posterior-superior-time\nspace directions: (1,0,0,0) (0,1,0,0) (0,0,1,0) (0,0,0,5)\n"
            ),
            [0, 1, 2, 3, 4, 5]
        );

        Assert.AreEqual(new VolumeShape(3, 1, 1, 2), volume.Shape);
    }

    [TestMethod]
    public void Read_VectorAxisFirst_DealsComponentsToChannels()
    {
        var volume = (Volume<byte>)Read(Header("uint8", "3 2 1 1", "raw", "kinds: RGB-color domain domain domain\n"), [1, 2, 3, 4, 5, 6]);

        Assert.AreEqual(new VolumeShape(3, 1, 1, 2), volume.Shape);
        CollectionAssert.AreEqual(new byte[] { 1, 4, 2, 5, 3, 6 }, volume.Voxels.ToArray());
    }

    [TestMethod]
    public void Read_VectorAxisInTheMiddle_IsRefused() =>
        StringAssert.Contains(
            Refused(Header("uint8", "2 3 2 2", "raw", "kinds: domain vector domain domain\n"), new byte[24]).Message,
            "neighbours"
        );

    [TestMethod]
    [DataRow("raw")]
    [DataRow("hex")]
    [DataRow("text")]
    [DataRow("bzip2")]
    public void Read_Encoding_GivesTheSameVoxels(string encoding)
    {
        byte[] plain = [0x01, 0x00, 0xFF, 0xFF, 0x10, 0x27, 0x00, 0x80];
        var data = encoding switch
        {
            "hex" => Encoding.ASCII.GetBytes("0100 ffFF\n1027 0080\n"),
            "text" => Encoding.ASCII.GetBytes("1, -1\n10000\t-32768"),
            "bzip2" => NrrdSamples.Bzip2(plain),
            _ => plain,
        };

        var volume = (Volume<short>)Read(Header("short", "2 2 1", encoding, "endian: little\n"), data);

        CollectionAssert.AreEqual(new short[] { 1, -1, 10000, -32768 }, volume.Voxels.ToArray());
    }

    [TestMethod]
    [DataRow("float", "1 nan -inf 2.5", new[] { 1, double.NaN, double.NegativeInfinity, 2.5 })]
    [DataRow("double", "1e-3 NaN inf -7", new[] { 1e-3, double.NaN, double.PositiveInfinity, -7 })]
    public void Read_TextWithoutANumber_KnowsWhatCWrites(string type, string text, double[] expected)
    {
        var volume = Read(Header(type, "4 1 1", "text", ""), Encoding.ASCII.GetBytes(text));

        for (var x = 0; x < 4; x++)
        {
            Assert.AreEqual(expected[x], volume.GetValue(0, 0, 0, x), 1e-9);
        }
    }

    [TestMethod]
    public void Read_TextThatIsNoNumber_IsRefusedWithTheWord()
        => StringAssert.Contains(Refused(Header("uint8", "2 1 1", "text", ""), "12 300"u8.ToArray()).Message, "300");

    [TestMethod]
    public void Read_LineAndByteSkip_StartAfterThem()
    {
        var volume = (Volume<byte>)Read(Header("uint8", "2 1 1", "raw", "line skip: 2\nbyte skip: 3\n"), [.. "a\nb\nxyz"u8, 7, 9]);

        CollectionAssert.AreEqual(new byte[] { 7, 9 }, volume.Voxels.ToArray());
    }

    [TestMethod]
    public void Read_BombOfZeros_TakesNoMoreThanItHolds()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();

        var fault = Refused(Header("uint8", "2000 1000 1000", "bzip2", ""), NrrdSamples.Bzip2(new byte[1000]));

        Assert.IsTrue(GC.GetAllocatedBytesForCurrentThread() - before < 32 << 20);
        StringAssert.Contains(fault.Message, "2000000000 bytes");
    }

    [TestMethod]
    public void Read_ZerosPackedBeyondDeflate_AreReadAllTheSame()
    {
        var volume = Read(Header("uint8", "100 100 100", "bzip2", ""), NrrdSamples.Bzip2(new byte[1_000_000]));

        Assert.AreEqual(0, VolumeStatistics.Of(volume).Sum);
    }

    [TestMethod]
    [DataRow("LIST\nslice1.raw\nslice2.raw\n", 2)]
    [DataRow("slice%d.raw 1 2 1\n", 2)]
    [DataRow("slice%d.raw 2 1 -1\n", 1)]
    public void Open_OneFileASlice_JoinsThemInOrder(string dataFile, int last)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(Path.Combine(folder.Path, "slice1.raw"), [1, 1, 1, 1]);
        File.WriteAllBytes(Path.Combine(folder.Path, "slice2.raw"), [2, 2, 2, 2]);
        var header = folder.Write(
            "volume.nhdr",
            "NRRD0004\ntype: uint8\ndimension: 3\nsizes: 2 2 2\nencoding: raw\ndata file: " + dataFile
        );

        var volume = VolumeFormats.Open(header);
        var slice = VolumeFormats.Open(header, new VolumeRegion(1, 0, 1, 1, 2, 1));

        Assert.AreEqual(last, volume.GetValue(0, 1, 0, 0));
        Assert.AreEqual(3 - last, volume.GetValue(0, 0, 1, 1));
        Assert.AreEqual(last, slice.GetValue(0, 0, 1, 0));
    }

    [TestMethod]
    [DataRow("../secret.raw", "outside")]
    [DataRow("/etc/hostname", "outside")]
    [DataRow("gone.raw", "not there")]
    [DataRow("s%d.raw 1 2000000000 1", "the sizes ask for 2")]
    [DataRow("LIST 3", "cannot share")]
    public void Open_DataFileElsewhere_IsRefused(string dataFile, string fact)
    {
        using var folder = new TemporaryFolder();
        var header = folder.Write(
            "volume.nhdr",
            $"NRRD0004\ntype: uint8\ndimension: 3\nsizes: 2 2 2\nencoding: raw\ndata file: {dataFile}\n"
        );

        StringAssert.Contains(Assert.ThrowsExactly<VolumeFormatException>(() => VolumeFormats.Open(header)).Message, fact);
    }

    [TestMethod]
    public void Read_ManyFaults_NamesThemAllInOneError()
    {
        var fault = Refused("NRRD0004\ntype: block\ndimension: 3\nsizes: 2 0 2\nencoding: zip\nspace: mars\n\n", new byte[8]);

        CollectionAssert.AreEqual(new[] { "encoding", "type", "space", "sizes[1]" }, fault.Faults.Select(f => f.Field).ToArray());
    }

    [TestMethod]
    public void Write_OfReadFile_KeepsKeysSpaceAndAxes()
    {
        var header = Header(
            "uint8",
            "3 2 1 1",
            "raw",
            "space: right-anterior-superior\nspace directions: none (1,0,0) (0,1,0) (0,0,1)\n"
                + "kinds: vector domain domain domain\nSegment0_Name:=liver\n"
        );
        using var stream = new MemoryStream();

        VolumeFormats.Save(Read(header, [1, 2, 3, 4, 5, 6]), stream, ".nrrd", new VolumeWriteOptions { Compress = false });
        var text = Encoding.UTF8.GetString(stream.ToArray());

        foreach (
            var line in new[]
            {
                "sizes: 3 2 1 1\n",
                "Segment0_Name:=liver\n",
                "space: right-anterior-superior\n",
                "kinds: vector domain domain domain\n",
            }
        )
        {
            StringAssert.Contains(text, line);
        }

        CollectionAssert.AreEqual(new byte[] { 1, 2, 3, 4, 5, 6 }, stream.ToArray()[^6..]);
    }

    private static string Header(string type, string sizes, string encoding, string more)
        => $"NRRD0004\ntype: {type}\ndimension: {sizes.Split(' ').Length}\nsizes: {sizes}\nencoding: {encoding}\n{more}\n";

    private static Volume Read(string header, byte[] data)
        => VolumeFormats.Open(VolumeSource.FromStream(new MemoryStream([.. Encoding.UTF8.GetBytes(header), .. data]), "scan.nrrd"));

    private static VolumeFormatException Refused(string header, byte[] data) =>
        Assert.ThrowsExactly<VolumeFormatException>(() => Read(header, data));
}
