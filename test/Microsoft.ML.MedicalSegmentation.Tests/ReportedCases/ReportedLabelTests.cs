namespace Microsoft.ML.MedicalSegmentation.ReportedCases;

/// <summary>Label volumes that were read wrongly by some tool.</summary>
[TestClass]
public sealed class ReportedLabelTests
{
    [TestMethod]
    public void OpenLabels_WhiteIsZeroMask_KeepsTheStoredNumbers()
    {
        var path = TestData.RequireCase("tiff-white-is-zero-mask/mask-white0-8bit.tif");
        var counts = VolumeFormats.OpenLabels(path).CountValues();
        Assert.AreEqual((70L, 8L), (counts[0], counts[255]));
        Assert.AreEqual(78, counts.Sum());

        // As an image, larger is brighter.
        var image = VolumeFormats.Open(path);
        Assert.AreEqual(70, Enumerable.Range(0, 6).Sum(y => Enumerable.Range(0, 13).Count(x => image.GetValue(0, 0, y, x) == 255)));
    }

    [TestMethod]
    public void OpenLabels_LabelMapWithPalette_ReadsTheLabels()
    {
        var labels = VolumeFormats.OpenLabels(TestData.RequireCase("seg-labelmap-palette/lm-palette.dcm"));
        ReportedCase.AssertEqual("seg-labelmap-palette", labels.Voxels);
        CollectionAssert.AreEqual(new[] { "S0", "S1", "S2", "S3" }, labels.Classes.Select(c => c.Name).ToArray());
    }

    [TestMethod]
    public void OpenLabels_SlicerLayersWithoutOverlap_BecomeOneVolumeWithNames()
    {
        var labels = VolumeFormats.OpenLabels(TestData.RequireCase("seg-nrrd-layers-as-labels/layers-nooverlap.seg.nrrd"));
        Assert.AreEqual(new VolumeShape(1, 3, 4, 5), labels.Shape);
        var counts = labels.CountValues();
        foreach (var named in labels.Classes.Where(c => c.Value > 0))
        {
            Assert.IsGreaterThan(0, counts[named.Value], named.ToString());
        }

        Assert.IsGreaterThanOrEqualTo(2, labels.Classes.Count(c => c.Value > 0));
        Assert.AreEqual(new Vector3D(-10, -20, 30), labels.Geometry.Origin);
    }

    [TestMethod]
    public void OpenLabels_ValuesWithinRounding_AreThoseLabelsWithANote()
    {
        var labels = VolumeFormats.OpenLabels(TestData.RequireCase("labels-float-rounding/f64_0.9999999.nii"));
        Assert.IsGreaterThan(0, labels.CountValues()[1]);
        StringAssert.Contains(string.Join(' ', labels.Voxels.Header?.Notes ?? []), "rounded");
    }

    [TestMethod]
    public void OpenLabels_ScaledMask_IsItsValuesWithANote()
    {
        var labels = VolumeFormats.OpenLabels(TestData.RequireCase("labels-float-rounding/scaled_1_255.nii"));
        CollectionAssert.AreEqual(new[] { 20L, 100L }, labels.CountValues()[..2]);
        StringAssert.Contains(string.Join(' ', labels.Voxels.Header?.Notes ?? []), "the slope 0.003921569");
    }

    [TestMethod]
    public void OpenLabels_ScaledNumbersOfLabels_AreRefusedWithTheSlope()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(
            folder["scaled.nii"],
            new Formats.Nifti.NiftiBytes().Type(2, 8).Scaling(1 / 255f, 0).With(0, 1, 2, 2, 1, 0, 0, 1)
        );
        var fault = Assert.ThrowsExactly<VolumeFormatException>(() => VolumeFormats.OpenLabels(folder["scaled.nii"]));
        StringAssert.Contains(fault.Message, "slope 0.003921569");
        StringAssert.Contains(fault.Message, "write the file anew with slope 1 and intercept 0");
        StringAssert.Contains(fault.Message, "scaled.nii");
    }

    [TestMethod]
    public void SegmentationWithoutEmptySlices_IsPlacedOnItsSeries()
    {
        var folder = TestData.RequireCase("seg-without-empty-slices-as-label/dicom-seg");
        var image = VolumeFormats.Open(Path.Combine(folder, "images/c2"));
        var labels = VolumeFormats.OpenLabels(Path.Combine(folder, "labels/c2.dcm"));
        Assert.AreEqual((7, 8), (labels.Shape.Depth, image.Shape.Depth));

        var placed = labels.OnGrid(image.Shape, image.Geometry);

        Assert.IsTrue(placed.Shape.SameGrid(image.Shape) && placed.Geometry.Matches(image.Geometry, image.Shape));
        CollectionAssert.AreEqual(labels.CountValues()[1..], placed.CountValues()[1..]);
        for (var z = 0; z < 7; z++)
        {
            Assert.AreEqual(labels[z, 7, 8], placed[z + 1, 7, 8]);
        }
    }
}
