using System.Text;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom;
using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation.ReportedCases;

/// <summary>Volumes like those of public reports about 3D Slicer and what it opens; each test names its report.</summary>
[TestClass]
public sealed class SlicerReportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// https://github.com/Slicer/Slicer/issues/8707: a volume of four dimensions as SimpleITK writes it, without a named space.
    /// </summary>
    [TestMethod]
    public void Nrrd_OfFourDomainsWithoutANamedSpace_IsAVolumeWithChannels()
    {
        var volume = Read(
            "type: short\ndimension: 4\nspace dimension: 4\nsizes: 3 4 5 2\nspace directions: (1,0,0,0) (0,2,0,0) (0,0,3,0) "
                + "(0,0,0,1)\nkinds: domain domain domain domain\nendian: little\nencoding: raw\nspace origin: (10,20,30,0)",
            [.. Enumerable.Range(0, 120).SelectMany(i => BitConverter.GetBytes((short)i))]);
        Assert.AreEqual(new VolumeShape(2, 5, 4, 3), volume.Shape);
        Assert.AreEqual(new Vector3D(1, 2, 3), volume.Geometry.Spacing);
        Assert.AreEqual(60.0, volume.GetValue(1, 0, 0, 0));
        Assert.AreEqual(3.0, volume.GetValue(0, 0, 1, 0));
    }

    /// <summary>https://github.com/Project-MONAI/MONAI/issues/8653: channels first, one slice, as written for Slicer.</summary>
    [TestMethod]
    public void Nrrd_OfAListAndOneSlice_IsAVolumeWithChannels()
    {
        var volume = Read(
            "type: uint8\ndimension: 4\nspace: left-posterior-superior\nsizes: 3 2 2 1\nspace directions: none (0.5,0,0) (0,0.5,0) "
                + "(0,0,4)\nkinds: list domain domain domain\nencoding: raw\nspace origin: (1,2,3)",
            [.. Enumerable.Range(0, 12).Select(i => (byte)i)]);
        Assert.AreEqual(new VolumeShape(3, 1, 2, 2), volume.Shape);
        Assert.AreEqual(new Vector3D(0.5, 0.5, 4), volume.Geometry.Spacing);
        Assert.AreEqual("LPS", volume.Geometry.OrientationCode);
        Assert.AreEqual(10.0, volume.GetValue(1, 0, 1, 1));
    }

    /// <summary>https://github.com/Slicer/Slicer/issues/8346: fewer bytes than the header says.</summary>
    [TestMethod]
    public void Nrrd_WithFewerBytesThanItsHeaderSays_IsRefusedWithBothNumbers()
    {
        File.WriteAllBytes(
            _folder["cut.nrrd"],
            [.. "NRRD0004\ntype: uint8\ndimension: 3\nsizes: 10 10 10\nencoding: raw\n\n"u8, .. new byte[62]]
        );
        var fault = Assert.ThrowsExactly<VolumeFormatException>(() => VolumeFormats.Open(_folder["cut.nrrd"]));
        StringAssert.Contains(fault.Message, "cut.nrrd");
        StringAssert.Contains(fault.Message, "62");
        StringAssert.Matches(fault.Message, new("1,?000"));
    }

    /// <summary>
    /// https://github.com/wasserth/TotalSegmentator/issues/13: labels that Slicer refuses, as their axes are not quite perpendicular.
    /// </summary>
    [TestMethod]
    public void Nifti_OfAxesThatRoundingMadeOblique_KeepsThemInTheLabels()
    {
        // Direction cosines in four digits are perpendicular to 1e-4 only.
        var affine = new AffineTransform(
            new(-0.9763, 0.0012, 0.0021),
            new(0.0013, -0.9761, 0.0489),
            new(0.0110, 0.2498, 4.9937),
            new(12, 34, 56)
        );
        var image = Volume.Create(new short[24], new(1, 2, 3, 4), new VolumeGeometry(affine));
        VolumeFormats.Save(image, _folder["image.nii.gz"]);
        var read = VolumeFormats.Open(_folder["image.nii.gz"]);
        VolumeFormats.Save(LabelVolume.Create(new byte[24], new(1, 2, 3, 4)).WithGeometry(read.Geometry), _folder["labels.nii.gz"]);
        var labels = VolumeFormats.OpenLabels(_folder["labels.nii.gz"]);
        Assert.IsLessThan(1e-5, labels.Geometry.LargestDifference(read.Geometry, read.Shape));

        // The quaternion, which some readers prefer, says the same within the rounding of the cosines.
        var header = Decompressed(_folder["labels.nii.gz"]);
        Assert.AreNotEqual(0, BitConverter.ToInt16(header, 252) + BitConverter.ToInt16(header, 254));
    }

    /// <summary>
    /// https://github.com/Slicer/Slicer/issues/7496 and /6773: frames of a CT image without positions, of which only a thickness is known.
    /// </summary>
    [TestMethod]
    [DataRow("SliceThickness")]
    [DataRow("SpacingBetweenSlices")]
    public void Dicom_FramesWithoutPositions_AreNotTakenForSlicesOfAMillimetreInSilence(string tag)
    {
        var file = DicomFiles.File(DicomFiles.Slice(0, 1).Add("NumberOfFrames", "3").AddDecimals(tag, 0.3), DicomFiles.Pixels(3, 36));
        try
        {
            var volume = VolumeFormats.Open(DicomFiles.Source(file));
            Assert.IsTrue(Math.Abs(volume.Geometry.Spacing.Z - 0.3) < 1e-9 || volume.Header?.Notes.Count > 0, $"{volume}");
        }
        catch (VolumeFormatException fault)
        {
            StringAssert.Contains(fault.Message, "position", fault.Message);
        }
    }

    private static Volume Read(string header, byte[] voxels) =>
        VolumeFormats.Open(
            VolumeSource.FromStream(new MemoryStream([.. Encoding.ASCII.GetBytes($"NRRD0004\n{header}\n\n"), .. voxels]), "x.nrrd")
        );

    private static byte[] Decompressed(string path)
    {
        using var file = new System.IO.Compression.GZipStream(File.OpenRead(path), System.IO.Compression.CompressionMode.Decompress);
        using var whole = new MemoryStream();
        file.CopyTo(whole);
        return whole.ToArray();
    }
}
