using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;
using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom;

[TestClass]
public sealed class DicomStructureSetTests
{
    public static IEnumerable<object[]> Cases
        => OrientedSeries.Orientations.Keys.SelectMany(o => Enum.GetValues<DicomHoles>().Select(h => new object[] { o, h }));

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Write_InEveryOrientation_ReadsBackVoxelForVoxel(string orientation, DicomHoles holes)
    {
        using var folder = new TemporaryFolder();
        var series = OrientedSeries.Write(folder, orientation);
        var image = series.Read();
        var labels = OrientedSeries.Labels(image);

        DicomStructureSet.Write(labels, folder["out/a.rtstruct.dcm"], new() { Source = series, Holes = holes });

        var found = DicomStructureSet.Read(folder["out/a.rtstruct.dcm"]);
        Assert.AreEqual(0, found.Notes.Count);
        CollectionAssert.AreEqual(new[] { "liver", "liver tumor", "kidney_left" }, found.Structures.Select(s => s.Name).ToArray());
        LabelAssert.AreEqual(labels, found.ToLabelsOn(image.Shape, image.Geometry));
    }

    [TestMethod]
    public void Write_OfLabelsOfASeries_RefersToStudySeriesAndSlices()
    {
        using var folder = new TemporaryFolder();
        var series = OrientedSeries.Write(folder, "coronal");
        DicomStructureSet.Write(
            OrientedSeries.Labels(series.Read()),
            folder["out/a.rtstruct.dcm"],
            new()
            {
                Source = series,
                Algorithm = new("Abdomen", "1.2") { Digest = "ab12" },
            }
        );

        var set = DicomFile.Read(VolumeSource.FromPath(folder["out/a.rtstruct.dcm"])).DataSet;
        Assert.AreEqual("1.2.77", set.Text(DicomTags.StudyInstanceUid));
        Assert.AreEqual(
            "1.2.88",
            set.FirstItem(DicomDictionary.Tag("ReferencedFrameOfReferenceSequence"))?.Text(DicomTags.FrameOfReferenceUid)
        );
        Assert.AreEqual(
            "Abdomen 1.2",
            set.FirstItem(DicomTags.StructureSetRoiSequence)?.Text(DicomDictionary.Tag("ROIGenerationDescription"))
        );
        var uids = series
            .Files.Select(f => DicomFile.Read(VolumeSource.FromPath(f)).DataSet)
            .ToDictionary(s => s.Text(DicomTags.SopInstanceUid)!, s => s.Numbers(DicomTags.ImagePositionPatient));
        foreach (var contour in set.Items(DicomTags.RoiContourSequence).SelectMany(roi => roi.Items(DicomTags.ContourSequence)))
        {
            // Coronal slices differ in y.
            var image = contour
                .FirstItem(DicomDictionary.Tag("ContourImageSequence"))!
                .Text(DicomDictionary.Tag("ReferencedSOPInstanceUID"))!;
            Assert.AreEqual(uids[image][1], contour.Numbers(DicomTags.ContourData)[1], 1e-3);
        }
    }

    [TestMethod]
    public void Write_OfADisc_RunsAlongTheOuterEdgesOfItsVoxels()
    {
        using var folder = new TemporaryFolder();
        var labels = LabelVolume.Create([0, 0, 0, 0, 1, 0, 0, 0, 0], new(1, 1, 3, 3), VolumeGeometry.FromSpacing(2, 4, 5));
        DicomStructureSet.Write(labels, folder["one.dcm"]);
        var points = DicomStructureSet.Read(folder["one.dcm"]).Structures[0].Contours.Single().Points;
        CollectionAssert.AreEquivalent(
            new[] { (1.0, 2.0), (3.0, 2.0), (3.0, 6.0), (1.0, 6.0) },
            points.Select(p => (Math.Abs(p.X), Math.Abs(p.Y))).ToArray()
        );
    }

    [TestMethod]
    public void ToLabelsOn_AGridWhoseSlicesLieElsewhere_IsRefused()
    {
        using var folder = new TemporaryFolder();
        var labels = LabelVolume.Create([0, 1, 1, 0], new(1, 1, 2, 2), VolumeGeometry.FromSpacing(1, 1, 1));
        DicomStructureSet.Write(labels, folder["one.dcm"]);
        var between = new VolumeGeometry(labels.Geometry.IndexToWorld with { Translation = new(0, 0, 0.4) });
        StringAssert.Contains(
            Assert
                .ThrowsExactly<ArgumentException>(() => DicomStructureSet.Read(folder["one.dcm"]).ToLabelsOn(labels.Shape, between))
                .Message,
            "slices"
        );
    }

    [TestMethod]
    public void Read_OfAnImage_SaysWhatItIs()
    {
        using var folder = new TemporaryFolder();
        var series = OrientedSeries.Write(folder, "axial");
        StringAssert.Contains(Assert.ThrowsExactly<VolumeFormatException>(() => DicomStructureSet.Read(series.Files[0])).Message, "CT");
    }

    [TestMethod]
    [DataRow("formats/dicom/nibabel/philips_mprage.dcm.gz")]
    [DataRow("formats/seg/dcmqi/23x38x3/multiframe/mf.dcm")]
    public void Write_OfAnEnhancedImage_RefersToItsFrames(string data)
    {
        using var folder = new TemporaryFolder();
        var series = DicomSeries.Open(TestData.RequireData(data));
        var header = series.ReadHeader();
        var values = new byte[header.Shape.ChannelCount];
        var width = header.Shape.Width;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (byte)(i % width > width / 3 && i / width % header.Shape.Height > header.Shape.Height / 2 ? 1 : 0);
        }

        var labels = LabelVolume.Create(values, header.Shape.WithChannels(1), header.Geometry, [new(0, "background"), new(1, "brain")]);
        DicomStructureSet.Write(labels, folder["a.rtstruct.dcm"], new() { Source = series });
        DicomSegmentation.Write(labels, folder["a.seg.dcm"], new() { Source = series });

        LabelAssert.AreEqual(labels, DicomStructureSet.Read(folder["a.rtstruct.dcm"]).ToLabelsOn(labels.Shape, labels.Geometry));
        LabelAssert.AreEqual(labels, DicomSegmentation.Read(folder["a.seg.dcm"]).ToLabelsOn(labels.Shape, labels.Geometry));
        var frames = DicomFile
            .Read(VolumeSource.FromPath(folder["a.rtstruct.dcm"]))
            .DataSet.Items(DicomTags.RoiContourSequence)
            .SelectMany(roi => roi.Items(DicomTags.ContourSequence))
            .Select(c => c.FirstItem(DicomDictionary.Tag("ContourImageSequence"))?.Integer(DicomDictionary.Tag("ReferencedFrameNumber")));
        CollectionAssert.AreEquivalent(Enumerable.Range(1, header.Shape.Depth).Select(i => (int?)i).ToArray(), frames.ToArray());
    }

    [TestMethod]
    public void Read_OfDamagedFiles_GivesStructuresOrAFormatFault()
    {
        using var folder = new TemporaryFolder();
        var labels = LabelVolume.Create([0, 1, 1, 0, 2, 2, 0, 1, 1], new(1, 1, 3, 3), VolumeGeometry.FromSpacing(1, 1, 1));
        DicomStructureSet.Write(labels, folder["good.dcm"], new() { Seed = "good" });
        var good = File.ReadAllBytes(folder["good.dcm"]);
        var random = new Random(3);
        var refused = 0;
        for (var i = 0; i < 300; i++)
        {
            var bytes = (byte[])good.Clone();
            for (var k = 0; k < 6; k++)
            {
                bytes[random.Next(132, bytes.Length)] = (byte)random.Next(256);
            }

            File.WriteAllBytes(folder["bad.dcm"], i % 5 == 0 ? bytes[..random.Next(bytes.Length)] : bytes);
            try
            {
                DicomStructureSet.Read(folder["bad.dcm"]).ToLabelsOn(labels.Shape, labels.Geometry, DicomOverlap.HighestNumber);
            }
            catch (Exception fault) when (fault is VolumeFormatException or ArgumentException)
            {
                refused++;
            }
        }

        Assert.IsTrue(refused > 20, $"{refused} were refused");
    }

    [TestMethod]
    public void Read_OfAnotherProgramsFile_GivesItsStructures()
    {
        var found = DicomStructureSet.Read(TestData.RequireData("formats/dicom/pydicom/rtstruct.dcm"));
        Assert.AreNotEqual(0, found.Structures.Count);
        Assert.IsTrue(found.Structures.All(s => s.Name.Length > 0));
    }
}
