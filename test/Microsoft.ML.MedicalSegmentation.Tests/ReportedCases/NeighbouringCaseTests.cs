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
    public void Open_FolderWithoutDicom_SaysSo()
    {
        _folder.Write("in/a.nii", "no volume");
        var fault = Assert.ThrowsExactly<VolumeFormatException>(() => VolumeFormats.Open(_folder["in"]));
        StringAssert.Contains(fault.Message, "a folder without DICOM files");
    }
}
