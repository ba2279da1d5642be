using System.Diagnostics;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;
using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom;

[TestClass]
public sealed class DicomSegmentationWriterTests
{
    [TestMethod]
    [DataRow(DicomSegmentationType.Binary, false)]
    [DataRow(DicomSegmentationType.Binary, true)]
    [DataRow(DicomSegmentationType.LabelMap, false)]
    public void Write_OfLabelsOfASeries_ReadsBackIdenticalAndRefersToIt(DicomSegmentationType type, bool omitEmpty)
    {
        using var folder = new TemporaryFolder();
        var series = DicomSeries.Find(TestData.RequireData("formats/seg/dcmqi/ct-3slice"))[0];
        var image = series.Read();
        var labels = Boxes(image.Shape, image.Geometry);
        var path = folder["segmentation.dcm"];
        var segments = new DicomSegment[]
        {
            new(1, "Liver")
            {
                Category = DicomCode.AnatomicalStructure,
                Type = new("10200004", "SCT", "Liver"),
                Color = DicomColor.FromRgb(221, 130, 101),
            },
            new(2, "Lesion")
            {
                Category = DicomCode.MorphologicallyAlteredStructure,
                Type = new("52988006", "SCT", "Lesion"),
                AlgorithmType = DicomAlgorithmType.Manual,
                AlgorithmName = null,
            },
        };

        DicomSegmentation.Write(
            labels,
            path,
            new()
            {
                Source = series,
                Segments = segments,
                Type = type,
                OmitEmptyFrames = omitEmpty,
                Seed = "test",
            }
        );

        var found = DicomSegmentation.Read(path);
        Assert.AreEqual(type, found.Type);
        Assert.AreEqual(segments[0].Type, found.Segments[0].Type);
        Assert.AreEqual(DicomAlgorithmType.Manual, found.Segments[1].AlgorithmType);
        Assert.AreEqual(((byte)221, (byte)130, (byte)101), found.Segments[0].Color?.ToRgb());
        LabelAssert.AreEqual(labels, found.ToLabelsOn(image.Shape, image.Geometry));
        if (!omitEmpty)
        {
            Assert.AreEqual(labels.Shape, found.Shape);
            Assert.IsTrue(labels.Geometry.LargestDifference(found.Geometry, found.Shape) < 1e-4);
            LabelAssert.AreEqual(labels, LabelVolume.FromVolume(VolumeFormats.Open(path)));
        }

        AssertRefersTo(path, series);
        AssertDcmtkAccepts(path);
    }

    [TestMethod]
    public void Write_WithSeedAndDate_GivesTheSameBytes()
    {
        using var folder = new TemporaryFolder();
        var labels = Boxes(new(1, 3, 10, 11), VolumeGeometry.FromSpacing(1, 1, 2));
        var options = new DicomSegmentationOptions { Seed = "case 7", Created = new DateTime(2026, 1, 2, 3, 4, 5) };

        DicomSegmentation.Write(labels, folder["a.dcm"], options);
        DicomSegmentation.Write(labels, folder["b.dcm"], options);
        DicomSegmentation.Write(labels, folder["c.dcm"], options with { Seed = "case 8" });

        CollectionAssert.AreEqual(File.ReadAllBytes(folder["a.dcm"]), File.ReadAllBytes(folder["b.dcm"]));
        CollectionAssert.AreNotEqual(File.ReadAllBytes(folder["a.dcm"]), File.ReadAllBytes(folder["c.dcm"]));
    }

    [TestMethod]
    [DataRow(DicomSegmentationType.Binary)]
    [DataRow(DicomSegmentationType.LabelMap)]
    public void Write_OfObliqueGrid_KeepsEveryPosition(DicomSegmentationType type)
    {
        using var folder = new TemporaryFolder();
        var (sin, cos) = Math.SinCos(0.3);
        var map = new AffineTransform(
            new(-0.7 * cos, -0.7 * sin, 0),
            new(0.9 * sin, -0.9 * cos, 0),
            new(0, 0, 2.5),
            new(12.25, -40.5, 7.125)
        );
        var labels = Boxes(new(1, 4, 9, 13), new(map));

        DicomSegmentation.Write(labels, folder["oblique.dcm"], new() { Type = type });

        var found = DicomSegmentation.Read(folder["oblique.dcm"]).ToLabels();
        Assert.IsTrue(labels.Geometry.LargestDifference(found.Geometry, labels.Shape) < 1e-4, $"{labels.Geometry} is not {found.Geometry}");
        LabelAssert.AreEqual(labels, found);
    }

    [TestMethod]
    public void Write_OfMirroredGrid_KeepsEveryVoxelInItsPlace()
    {
        using var folder = new TemporaryFolder();
        var labels = Boxes(new(1, 4, 9, 13), new(new AffineTransform(new(1, 0, 0), new(0, -1, 0), new(0, 0, 2), new(5, 6, 7))));

        DicomSegmentation.Write(labels, folder["mirrored.dcm"]);

        var found = DicomSegmentation.Read(folder["mirrored.dcm"]).ToLabelsOn(labels.Shape, labels.Geometry);
        LabelAssert.AreEqual(labels, found);
    }

    [TestMethod]
    public void Write_OfManyLabels_KeepsSixteenBits()
    {
        using var folder = new TemporaryFolder();
        var values = Enumerable.Range(0, 3 * 4 * 5).Select(i => (ushort)(i * 37)).ToArray();
        var labels = LabelVolume.Create(values, new(1, 3, 4, 5), VolumeGeometry.FromSpacing(1, 1, 1));

        DicomSegmentation.Write(labels, folder["many.dcm"], new() { Type = DicomSegmentationType.LabelMap });

        LabelAssert.AreEqual(labels, DicomSegmentation.Read(folder["many.dcm"]).ToLabels());
    }

    [TestMethod]
    public void Write_OfLabelsElsewhere_IsRefusedAndLeavesNoFile()
    {
        using var folder = new TemporaryFolder();
        var series = DicomSeries.Find(TestData.RequireData("formats/seg/dcmqi/ct-3slice"))[0];
        var labels = Boxes(new(1, 3, 10, 10), VolumeGeometry.FromSpacing(1, 1, 1));

        var fault = Assert.ThrowsExactly<ArgumentException>(() =>
            DicomSegmentation.Write(labels, folder["no.dcm"], new() { Source = series })
        );

        StringAssert.Contains(fault.Message, "outside the source series");
        Assert.AreEqual(0, Directory.GetFiles(folder.Path).Length);
    }

    [TestMethod]
    public void Write_WithWrongOptions_NamesThemAll()
    {
        using var folder = new TemporaryFolder();
        var labels = Boxes(new(1, 3, 10, 10), VolumeGeometry.FromSpacing(1, 1, 1));
        var options = new DicomSegmentationOptions
        {
            ContentLabel = "lower case",
            Segments = [new(0, "zero"), new(1, "one") { Type = new("", "SCT", "nothing") }],
        };

        var fault = Assert.ThrowsExactly<ArgumentException>(() => DicomSegmentation.Write(labels, folder["no.dcm"], options));

        StringAssert.Contains(fault.Message, "ContentLabel");
        StringAssert.Contains(fault.Message, "segment 0");
        StringAssert.Contains(fault.Message, "type of segment 1");
    }

    [TestMethod]
    public void Write_OfLabelWithoutSegment_NamesIt()
    {
        using var folder = new TemporaryFolder();
        var labels = Boxes(new(1, 3, 10, 10), VolumeGeometry.FromSpacing(1, 1, 1));

        var fault = Assert.ThrowsExactly<ArgumentException>(() =>
            DicomSegmentation.Write(labels, folder["no.dcm"], new() { Segments = [new(1, "one")] })
        );

        StringAssert.Contains(fault.Message, "labels 2");
    }

    /// <summary>Two boxes, the second within the first, in every slice but the last.</summary>
    private static LabelVolume Boxes(VolumeShape shape, VolumeGeometry geometry)
    {
        var labels = new byte[shape.Count];
        for (var i = 0; i < labels.Length; i++)
        {
            var (x, y, z) = (i % shape.Width, i / shape.Width % shape.Height, i / (shape.Width * shape.Height));
            if (z < shape.Depth - 1 && x > shape.Width / 4 && y > shape.Height / 3)
            {
                labels[i] = (byte)(x > shape.Width / 2 && y < shape.Height * 2 / 3 && z > 0 ? 2 : 1);
            }
        }

        return LabelVolume.Create(labels, shape, geometry);
    }

    private static void AssertRefersTo(string path, DicomSeries series)
    {
        var set = DicomFile.Read(VolumeSource.FromPath(path)).DataSet;
        var source = DicomFile.Read(VolumeSource.FromPath(series.Files[0])).DataSet;
        foreach (var keyword in new[] { "StudyInstanceUID", "FrameOfReferenceUID", "PatientID", "PatientName" })
        {
            Assert.AreEqual(source.Text(DicomDictionary.Tag(keyword)), set.Text(DicomDictionary.Tag(keyword)), keyword);
        }

        var referenced = set.FirstItem(DicomDictionary.Tag("ReferencedSeriesSequence"));
        Assert.AreEqual(series.Uid, referenced?.Text(DicomTags.SeriesInstanceUid));
        Assert.AreEqual(series.Files.Count, referenced?.Items(DicomDictionary.Tag("ReferencedInstanceSequence")).Count);

        // Each frame names the slice that lies where it does.
        var slices = series.Files.Select(f => DicomFile.Read(VolumeSource.FromPath(f)).DataSet)
            .ToDictionary(s => s.Text(DicomTags.SopInstanceUid) ?? "", s => s.Numbers(DicomTags.ImagePositionPatient)[2]);
        foreach (var frame in set.Items(DicomTags.PerFrameFunctionalGroupsSequence))
        {
            var instance = frame
                .FirstItem(DicomDictionary.Tag("DerivationImageSequence"))
                ?.FirstItem(DicomDictionary.Tag("SourceImageSequence"))
                ?.Text(DicomDictionary.Tag("ReferencedSOPInstanceUID"));
            var z = frame.FirstItem(DicomTags.PlanePositionSequence)?.Numbers(DicomTags.ImagePositionPatient)[2];
            Assert.AreEqual(slices[instance ?? ""], z ?? double.NaN, 1e-4);
        }
    }

    /// <summary>dcmtk parses the file without a warning; nothing is checked where it is not installed.</summary>
    private static void AssertDcmtkAccepts(string path)
    {
        try
        {
            using var dump = Process.Start(
                new ProcessStartInfo("dcmdump", ["-v", "+P", "SOPClassUID", path])
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            );
            var said = $"{dump?.StandardOutput.ReadToEnd()}{dump?.StandardError.ReadToEnd()}";
            dump?.WaitForExit();
            Assert.AreEqual(0, dump?.ExitCode, said);
            Assert.IsFalse(said.Contains("W:", StringComparison.Ordinal) || said.Contains("E:", StringComparison.Ordinal), said);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // Not installed here.
        }
    }
}
