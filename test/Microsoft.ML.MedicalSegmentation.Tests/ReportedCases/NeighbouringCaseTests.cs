using System.Buffers.Binary;
using System.Text;

namespace Microsoft.ML.MedicalSegmentation.ReportedCases;

/// <summary>Inputs beside those of the reports: the same kind of oddity in another place.</summary>
[TestClass]
public sealed class NeighbouringCaseTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DataRow(0f)]
    [DataRow(float.NaN)]
    [DataRow(float.PositiveInfinity)]
    public void Nifti_SFormThatIsNoMap_LeavesTheQForm(float value)
    {
        var path = _folder["a.nii"];
        var geometry = VolumeGeometry.FromSpacing(0.8, 0.7, 3);
        VolumeFormats.Save(Volume.Create(new short[24], new(1, 4, 3, 2), geometry), path);
        var bytes = File.ReadAllBytes(path);
        for (var i = 0; i < 12; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(280 + (4 * i)), value);
        }

        File.WriteAllBytes(path, bytes);
        var read = VolumeFormats.Open(path);
        Assert.AreEqual(3, read.Geometry.Spacing.Z, 1e-6);
        Assert.AreEqual(geometry.OrientationCode, read.Geometry.OrientationCode);
        StringAssert.Contains(string.Join(' ', read.Header?.Notes ?? []), "the qform was used");

        // Without a qform there is nothing to use.
        bytes[252] = 0;
        File.WriteAllBytes(path, bytes);
        StringAssert.Contains(Assert.ThrowsExactly<VolumeFormatException>(() => VolumeFormats.Open(path)).Message, "srow_x");
    }

    [TestMethod]
    [DataRow("spacings: 2 1 1\naxis mins: 10 0 0\n", 2.0, 10.0 + 1)]
    [DataRow("spacings: -2 1 1\naxis mins: 10 0 0\n", -2.0, 10.0 - 1)]
    [DataRow("axis mins: 10 0 0\naxis maxs: 4 4 4\ncenters: cell cell cell\n", -2.0, 10.0 - 1)]
    [DataRow("axis mins: 10 0 0\naxis maxs: 6 4 4\ncenters: node node node\n", -2.0, 10.0)]
    public void Nrrd_AxisThatRunsBackwards_KeepsItsDirection(string fields, double step, double first)
    {
        var path = _folder["a.nrrd"];
        var header = $"NRRD0005\ntype: uint8\ndimension: 3\nsizes: 3 3 3\nencoding: raw\n{fields}\n";
        File.WriteAllBytes(path, [.. Encoding.ASCII.GetBytes(header), .. new byte[27]]);
        var affine = VolumeFormats.Open(path).Geometry.IndexToWorld;

        // Axes without a space are left-posterior-superior, and x of RAS is minus left.
        Assert.AreEqual(-step, affine.A.X, 1e-9);
        Assert.AreEqual(-first, affine.Translation.X, 1e-9);
    }

    [TestMethod]
    [DataRow("\"labels\":{\"background\":0,\"a\":1,\"a\":2}", "\"labels\" has the key \"a\" 2 times")]
    [DataRow("\"labels\":{\"background\":0,\"a\":1},\"labels\":{\"background\":0,\"b\":1}", "the file has the key \"labels\" 2 times")]
    public void Read_KeyThatIsRepeated_IsNamedWithItsFile(string labels, string says)
    {
        WriteDataset($"{{\"channel_names\":{{\"0\":\"MRI\"}},{labels},\"file_ending\":\".nii\"}}", Encoding.UTF8);
        var fault = Assert.ThrowsExactly<InputDataException>(() => new MLContext().MedicalSegmentation().Data.Read(_folder["d"]));
        StringAssert.Contains(fault.Message, says);
        StringAssert.Contains(fault.Message, "dataset.json");
    }

    [TestMethod]
    public void Read_ListsInLatin1_HaveTheirNames()
    {
        var data = new MLContext().MedicalSegmentation().Data;
        WriteDataset(
            "{\"name\":\"M\u00fcller\",\"channel_names\":{\"0\":\"MRI\"},\"labels\":{\"background\":0,\"a\":1},\"file_ending\":\".nii\"}",
            Encoding.Latin1
        );
        Assert.AreEqual("M\u00fcller", data.Read(_folder["d"]).Name);
        File.Move(_folder["d/imagesTr/a_0000.nii"], _folder["d/\u00fc.nii"]);
        foreach (var encoding in new[] { Encoding.Latin1, Encoding.UTF8, Encoding.Unicode })
        {
            File.WriteAllBytes(
                _folder["d/t.csv"],
                [.. encoding.GetPreamble(), .. encoding.GetBytes("case,image,label\n\u00fc,\u00fc.nii,labelsTr/a.nii\n")]
            );
            Assert.AreEqual("\u00fc", data.Read(_folder["d/t.csv"]).Cases.Single().Id, encoding.WebName);
        }
    }

    [TestMethod]
    public void Open_FolderWithoutDicom_SaysSo()
    {
        _folder.Write("in/a.nii", "no volume");
        var fault = Assert.ThrowsExactly<VolumeFormatException>(() => VolumeFormats.Open(_folder["in"]));
        StringAssert.Contains(fault.Message, "a folder without DICOM files");
    }

    private void WriteDataset(string json, Encoding encoding)
    {
        var geometry = VolumeGeometry.FromSpacing(1, 1, 1);
        VolumeFormats.Save(Volume.Create(new short[27], new(1, 3, 3, 3), geometry), _folder["d/imagesTr/a_0000.nii"]);
        VolumeFormats.Save(LabelVolume.Create(new byte[27], new(1, 3, 3, 3), geometry), _folder["d/labelsTr/a.nii"]);
        File.WriteAllBytes(_folder["d/dataset.json"], encoding.GetBytes(json));
    }
}
