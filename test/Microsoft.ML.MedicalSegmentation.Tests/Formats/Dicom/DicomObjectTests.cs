using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;
using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom;

[TestClass]
public sealed class DicomObjectTests
{
    public static IEnumerable<object[]> Orientations => OrientedSeries.Orientations.Keys.Select(o => new object[] { o });

    [TestMethod]
    [DynamicData(nameof(Orientations))]
    public void Save_AsDicomAndNifti_GivesTheSameVoxelsInEveryOrientation(string orientation)
    {
        using var folder = new TemporaryFolder();
        var series = OrientedSeries.Write(folder, orientation);
        var image = VolumeFormats.Open(folder.Path);
        var labels = OrientedSeries.Labels(image);
        labels = LabelVolume.FromVolume(((Volume<byte>)labels.Voxels).WithHeader(image.Header!.ForLabels()), labels.Classes);
        foreach (var name in new[] { "a.nii.gz", "a.seg.dcm", "a.rtstruct.dcm" })
        {
            VolumeFormats.Save(labels, folder[$"out/{name}"]);
        }

        DicomSegmentation.Write(labels, folder["out/map.dcm"], new() { Source = series, Type = DicomSegmentationType.LabelMap });

        var nifti = VolumeFormats.OpenLabels(folder["out/a.nii.gz"]);
        Assert.IsTrue(nifti.Geometry.LargestDifference(image.Geometry, image.Shape) < 1e-3);
        LabelAssert.AreEqual(nifti, DicomSegmentation.Read(folder["out/a.seg.dcm"]).ToLabelsOn(nifti.Shape, nifti.Geometry));
        LabelAssert.AreEqual(nifti, DicomSegmentation.Read(folder["out/map.dcm"]).ToLabelsOn(nifti.Shape, nifti.Geometry));
        LabelAssert.AreEqual(nifti, DicomStructureSet.Read(folder["out/a.rtstruct.dcm"]).ToLabelsOn(nifti.Shape, nifti.Geometry));
        PeerTools.AssertPydicomReads(folder, orientation);
    }

    [TestMethod]
    public void Write_OfProbabilities_KeepsThemToAStepOf255()
    {
        using var folder = new TemporaryFolder();
        var values = Enumerable.Range(0, 3 * 4 * 5 * 6).Select(i => i % 97 / 96f).ToArray();
        var probabilities = Volume.Create(values, new(3, 4, 5, 6), VolumeGeometry.FromSpacing(1, 1, 2));
        LabelClass[] classes = [new(0, "background"), new(2, "liver"), new(7, "spleen")];

        DicomSegmentation.Write(probabilities, classes, folder["fractional.dcm"]);

        var found = DicomSegmentation.Read(folder["fractional.dcm"]);
        Assert.AreEqual(DicomSegmentationType.Fractional, found.Type);
        CollectionAssert.AreEqual(new[] { 2, 7 }, found.Segments.Select(s => s.Number).ToArray());
        var read = found.ToChannels();
        for (var i = 0; i < 2 * 4 * 5 * 6; i++)
        {
            var (c, rest) = Math.DivRem(i, 120);
            Assert.AreEqual(values[i + 120], read.GetValue(c, rest / 30, rest / 6 % 5, rest % 6), 0.5 / 255 + 1e-6);
        }

        PeerTools.AssertDcmtkReads(folder["fractional.dcm"]);
    }

    [TestMethod]
    public void Write_OfAModelsLabels_NamesModelVersionDigestAndCodes()
    {
        using var folder = new TemporaryFolder();
        var series = OrientedSeries.Write(folder, "axial");
        var labels = OrientedSeries.Labels(series.Read());
        DicomSegmentation.Write(
            labels,
            folder["out/a.dcm"],
            new()
            {
                Source = series,
                Algorithm = new("Abdomen", "1.2") { Digest = "ab12" },
            }
        );

        var found = DicomSegmentation.Read(folder["out/a.dcm"]).Segments;
        Assert.AreEqual(new DicomCode("10200004", "SCT", "Liver"), found[0].Type);
        Assert.AreEqual(DicomCode.MorphologicallyAlteredStructure, found[1].Category);
        Assert.AreEqual(new DicomCode("7771000", "SCT", "Left"), found[2].TypeModifier);
        Assert.AreEqual("Abdomen", found[0].AlgorithmName);
        var item = DicomFile
            .Read(VolumeSource.FromPath(folder["out/a.dcm"]))
            .DataSet.FirstItem(DicomTags.SegmentSequence)
            ?.FirstItem(DicomDictionary.Tag("SegmentationAlgorithmIdentificationSequence"));
        Assert.AreEqual("1.2", item?.Text(DicomDictionary.Tag("AlgorithmVersion")));
        StringAssert.Contains(item?.Text(DicomDictionary.Tag("AlgorithmParameters")), "ab12");
    }

    [TestMethod]
    public void Write_OfAReport_IsReadByDsr2htmlWithVolumesAndDeviations()
    {
        using var folder = new TemporaryFolder();
        var series = OrientedSeries.Write(folder, "axial");
        var image = series.Read();
        var labels = OrientedSeries.Labels(image);
        var algorithm = new DicomAlgorithm("Abdomen", "1.2") { Digest = "ab12" };
        DicomSegmentation.Write(labels, folder["out/a.dcm"], new() { Source = series, Algorithm = algorithm });

        DicomMeasurementReport.Write(
            labels,
            image,
            folder["out/report.dcm"],
            new()
            {
                Source = series,
                Segmentation = folder["out/a.dcm"],
                Algorithm = algorithm,
                Comments = ["The spacing differs."],
            }
        );

        var html = PeerTools.Run("dsr2html", folder["out/report.dcm"]);
        var liver = SegmentStatistics.Measure(labels, image)[0];
        Assert.AreEqual(liver.Voxels * 0.5 * 0.75 * 2.5 / 1000, liver.Milliliters, 1e-9);
        foreach (
            var text in new[]
            {
                "Imaging Measurement Report",
                "Abdomen",
                "The spacing differs.",
                "hnsf",
                "Standard Deviation",
                FormattableString.Invariant($"{Math.Round(liver.Milliliters, 6)}"),
                FormattableString.Invariant($"{Math.Round(liver.Mean, 6)}"),
            }
        )
        {
            StringAssert.Contains(html, text);
        }
    }

    [TestMethod]
    public void Write_OfEveryObject_BreaksNoRuleThatDciodvfyChecks()
    {
        using var folder = new TemporaryFolder();
        var series = OrientedSeries.Write(folder, "axial");
        var image = series.Read();
        var labels = OrientedSeries.Labels(image);
        var algorithm = new DicomAlgorithm("Abdomen", "1.2") { Digest = "ab12" };
        DicomSegmentation.Write(labels, folder["out/binary.dcm"], new() { Source = series, Algorithm = algorithm });
        DicomSegmentation.Write(
            Volume.Create(new float[4 * labels.Shape.Count], labels.Shape.WithChannels(4), labels.Geometry),
            labels.Classes,
            folder["out/fractional.dcm"],
            new() { Source = series, Algorithm = algorithm }
        );
        DicomStructureSet.Write(labels, folder["out/rtstruct.dcm"], new() { Source = series, Algorithm = algorithm });
        DicomMeasurementReport.Write(
            labels,
            image,
            folder["out/report.dcm"],
            new()
            {
                Source = series,
                Segmentation = folder["out/binary.dcm"],
                Algorithm = algorithm,
            }
        );

        var faults = Directory
            .GetFiles(folder["out"])
            .SelectMany(path =>
                PeerTools
                    .Say("dciodvfy", path)
                    .Split('\n')
                    .Where(line => line.StartsWith("Error", StringComparison.Ordinal))
                    .Select(line => $"{Path.GetFileName(path)}: {line}")
            );
        Assert.AreEqual("", string.Join('\n', faults));
    }

    [TestMethod]
    public void Measure_OfKnownValues_GivesMeanAndDeviationOfThePopulation()
    {
        var labels = LabelVolume.Create(
            [1, 1, 1, 1, 0, 2],
            new(1, 1, 2, 3),
            VolumeGeometry.FromSpacing(10, 10, 10),
            [new(0, "b"), new(1, "a"), new(2, "c"), new(3, "none")]
        );
        var image = Volume.Create(new float[] { 2, 4, 4, 6, 100, 7 }, labels.Shape, labels.Geometry);
        var found = SegmentStatistics.Measure(labels, image);
        Assert.AreEqual(new SegmentStatistics(1, 4, 4, 4, Math.Sqrt(2)), found[0]);
        Assert.AreEqual(new SegmentStatistics(2, 1, 1, 7, 0), found[1]);
        Assert.AreEqual(0, found[2].Voxels);
    }

    [TestMethod]
    [DataRow("Liver", "10200004", null)]
    [DataRow("kidney_right", "64033007", "24028007")]
    [DataRow("Left Kidney", "64033007", "7771000")]
    [DataRow("lung_tumour", "108369006", null)]
    [DataRow("left ventricle", "87878005", null)]
    public void Find_OfAnUsualName_GivesItsCode(string name, string code, string? side)
    {
        var found = DicomSegmentCodes.Find(name);
        Assert.AreEqual(code, found?.Type.Value);
        Assert.AreEqual(side, found?.TypeModifier?.Value);
    }

    [TestMethod]
    public void Find_OfAnUnknownName_GivesNothing() => Assert.IsNull(DicomSegmentCodes.Find("structure of interest"));
}
