using System.Text;

namespace Microsoft.ML.MedicalSegmentation.Formats;

/// <summary>Names and colours of labels come with the labels, where the file states them.</summary>
[TestClass]
public sealed class LabelClassesOfFilesTests
{
    [TestMethod]
    public void OpenLabels_DicomSegmentation_CarriesItsSegments()
    {
        var labels = VolumeFormats.OpenLabels(TestData.RequireData("formats/seg/dcmqi/liver.dcm"));
        CollectionAssert.AreEqual(new[] { "0 background", "1 Liver" }, labels.Classes.Select(c => $"{c.Value} {c.Name}").ToArray());

        // 3D Slicer's colour of the liver is 221 130 101; the file keeps it as CIELab.
        var color = labels.Classes[1].Color ?? default;
        Assert.IsTrue(
            Math.Abs(color.Red - 221) <= 5 && Math.Abs(color.Green - 130) <= 5 && Math.Abs(color.Blue - 101) <= 5,
            color.ToString()
        );
        Assert.IsNull(labels.Classes[0].Color);
    }

    [TestMethod]
    public void OpenLabels_DicomSegmentationWeWrote_GivesNamesAndColoursBack()
    {
        using var folder = new TemporaryFolder();
        var labels = LabelVolume.Create([0, 1, 2, 2, 1, 0, 0, 2], new VolumeShape(1, 2, 2, 2));
        DicomSegmentation.Write(labels, folder["s.dcm"], new DicomSegmentationOptions
        {
            Segments = [new(1, "liver") { Color = DicomColor.FromRgb(221, 130, 101) }, new(2, "cyst")],
        });
        var back = VolumeFormats.OpenLabels(folder["s.dcm"]).Classes;
        CollectionAssert.AreEqual(
            new LabelClass[]
            {
                new(0, "background"),
                new(1, "liver") { Color = back[1].Color },
                new(2, "cyst"),
            },
            back.ToArray()
        );
        var color = back[1].Color ?? default;
        Assert.IsTrue(
            Math.Abs(color.Red - 221) <= 1 && Math.Abs(color.Green - 130) <= 1 && Math.Abs(color.Blue - 101) <= 1,
            color.ToString()
        );
    }

    [TestMethod]
    public void OpenLabels_SlicerSegmentation_CarriesItsSegments()
    {
        using var folder = new TemporaryFolder();
        WriteSlicer(folder["s.seg.nrrd"], """
            Segment0_Color:=0.501961 0.682353 0.501961
            Segment0_LabelValue:=3
            Segment0_Layer:=0
            Segment0_Name:=tissue
            Segment1_Color:=0.945098 2 0.568627
            Segment1_LabelValue:=1
            Segment1_Name:=bone
            Segment2_LabelValue:=-7
            Segment2_Name:=nonsense
            Segmentation_MasterRepresentation:=Binary labelmap
            """);
        var labels = VolumeFormats.OpenLabels(folder["s.seg.nrrd"]);
        CollectionAssert.AreEqual(
            new LabelClass[]
            {
                new(0, "background"),
                new(1, "bone"),
                new(3, "tissue") { Color = new(128, 174, 128) },
            },
            labels.Classes.ToArray()
        );
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 3 }, Enumerable.Range(0, 4).Select(x => labels[0, 0, x]).ToArray());
    }

    [TestMethod]
    public void OpenLabels_SlicerSegmentsWithoutNamesNumberedAnew_HaveTheNamesOfTheirNewNumbers()
    {
        using var folder = new TemporaryFolder();
        var header =
            "NRRD0004\ntype: unsigned char\ndimension: 4\nspace: left-posterior-superior\nsizes: 2 4 1 1\n"
            + "space directions: none (1,0,0) (0,1,0) (0,0,1)\nkinds: list domain domain domain\nencoding: raw\n"
            + "space origin: (0,0,0)\nSegment0_LabelValue:=1\nSegment0_Layer:=0\nSegment0_Name:=class 7\n"
            + "Segment1_LabelValue:=1\nSegment1_Layer:=1\n\n";
        File.WriteAllBytes(folder["s.seg.nrrd"], [.. Encoding.UTF8.GetBytes(header), 1, 0, 0, 1, 0, 0, 0, 1]);

        var labels = VolumeFormats.OpenLabels(folder["s.seg.nrrd"]);

        CollectionAssert.AreEqual(new[] { "background", "class 7", "class 2" }, labels.Classes.Select(c => c.Name).ToArray());
        CollectionAssert.AreEqual(new[] { 1, 2, 0, 2 }, Enumerable.Range(0, 4).Select(x => labels[0, 0, x]).ToArray());
    }

    [TestMethod]
    public void OpenLabels_ClassesGiven_WinOverTheFile()
    {
        using var folder = new TemporaryFolder();
        WriteSlicer(folder["s.seg.nrrd"], "Segment0_LabelValue:=1\nSegment0_Name:=bone");
        Assert.AreEqual("mine", VolumeFormats.OpenLabels(folder["s.seg.nrrd"], [new(1, "mine")]).Classes.Single().Name);
        Assert.AreEqual(0, VolumeFormats.OpenLabels(folder["s.seg.nrrd"], []).Classes.Count);
    }

    [TestMethod]
    public void OpenLabels_FileWithoutNames_HasNoClasses()
    {
        using var folder = new TemporaryFolder();
        WriteSlicer(folder["s.nrrd"], "Comment:=nothing");
        Assert.AreEqual(0, VolumeFormats.OpenLabels(folder["s.nrrd"]).Classes.Count);
    }

    private static void WriteSlicer(string path, string pairs)
    {
        var header =
            "NRRD0004\ntype: unsigned char\ndimension: 3\nspace: left-posterior-superior\n"
            + "sizes: 4 1 1\nspace directions: (1,0,0) (0,1,0) (0,0,1)\nkinds: domain domain domain\n"
            + $"encoding: raw\nspace origin: (0,0,0)\n{pairs}\n\n";
        File.WriteAllBytes(path, [.. Encoding.UTF8.GetBytes(header), 0, 1, 2, 3]);
    }
}
