namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom;

[TestClass]
public sealed class DicomSegmentationTests
{
    [TestMethod]
    [DataRow("seg/dcmqi/liver.dcm", "seg/dcmqi/liver_seg.nrrd")]
    [DataRow("seg/dcmqi/23x38x3/seg/label.seg.dcm", "seg/dcmqi/23x38x3/nrrd/label.nrrd")]
    public void Read_OfDcmqiPair_EqualsTheNrrd(string segmentation, string reference)
    {
        var expected = LabelVolume.FromVolume(VolumeFormats.Open(TestData.RequireData("formats/" + reference)));

        var found = DicomSegmentation.Read(TestData.RequireData("formats/" + segmentation)).ToLabels();

        Assert.AreEqual(expected.Shape, found.Shape);
        Assert.IsTrue(
            expected.Geometry.LargestDifference(found.Geometry, found.Shape) < 1e-3,
            $"{expected.Geometry} is not {found.Geometry}"
        );
        LabelAssert.AreEqual(expected, found);
    }

    [TestMethod]
    public void Read_OfLiver_GivesNameCodesAndColour()
    {
        var segmentation = DicomSegmentation.Read(TestData.RequireData("formats/seg/dcmqi/liver.dcm"));

        var segment = segmentation.Segments.Single();
        Assert.AreEqual((1, "Liver"), (segment.Number, segment.Label));
        Assert.AreEqual(new DicomCode("T-62000", "SRT", "Liver"), segment.Type);
        Assert.AreEqual(DicomAlgorithmType.Semiautomatic, segment.AlgorithmType);
        Assert.AreEqual("SlicerEditor", segment.AlgorithmName);
        var lightness = segment.Color?.Lightness ?? 0;
        Assert.AreEqual(41661 / 65535.0 * 100, lightness, 1e-9);
        CollectionAssert.AreEqual(new[] { "background", "Liver" }, segmentation.ToLabels().Classes.Select(c => c.Name).ToArray());
    }

    [TestMethod]
    public void Read_OfBigEndianBits_EqualsLittleEndian()
    {
        var little = VolumeFormats.Open(TestData.RequireData("formats/dicom/pydicom/liver_1frame.dcm"));
        var big = VolumeFormats.Open(TestData.RequireData("formats/dicom/pydicom/liver_expb_1frame.dcm"));

        CollectionAssert.AreEqual(little.Bytes.ToArray(), big.Bytes.ToArray());
    }

    [TestMethod]
    public void Read_OfOverlappingSegments_RefusesLabelsUnlessAskedAndGivesChannels()
    {
        var segmentation = DicomSegmentation.Read(TestData.RequireData("formats/seg/highdicom/seg_image_ct_binary_overlap.dcm"));

        Assert.IsTrue(segmentation.OverlappingVoxels > 0);
        var fault = Assert.ThrowsExactly<InvalidOperationException>(() => segmentation.ToLabels());
        StringAssert.Contains(fault.Message, $"{segmentation.OverlappingVoxels} voxels");
        var channels = segmentation.ToChannels();
        Assert.AreEqual(2, channels.Shape.Channels);
        Assert.AreEqual(80.0, VolumeStatistics.Of(channels).Sum);
        var lowest = segmentation.ToLabels(DicomOverlap.LowestNumber).CountValues();
        var highest = segmentation.ToLabels(DicomOverlap.HighestNumber).CountValues();
        Assert.AreEqual(VolumeStatistics.Of(channels.Channel(0)).Sum, lowest[1]);
        Assert.AreEqual(VolumeStatistics.Of(channels.Channel(1)).Sum, highest[2]);
        Assert.AreEqual(segmentation.OverlappingVoxels, highest[2] - lowest[2]);
    }

    [TestMethod]
    [DataRow("seg_image_ct_binary_overlap.dcm", "which segment wins")]
    [DataRow("seg_image_ct_true_fractional.dcm", "with a threshold")]
    public void OpenLabels_OfSegmentsThatAreNotLabels_SaysWhatToDoInPlainWords(string file, string remedy)
    {
        var path = TestData.RequireData($"formats/seg/highdicom/{file}");

        var fault = Assert.ThrowsExactly<VolumeFormatException>(() => VolumeFormats.OpenLabels(path));

        StringAssert.Contains(fault.Message, remedy);
        StringAssert.DoesNotMatch(fault.Message, new("Dicom[A-Z]|ToLabels|\\(\\)"));
    }

    [TestMethod]
    public void Read_OfFractional_GivesSharesAndThresholdedLabels()
    {
        var segmentation = DicomSegmentation.Read(TestData.RequireData("formats/seg/highdicom/seg_image_ct_true_fractional.dcm"));

        var shares = segmentation.ToChannels();

        Assert.AreEqual(128 / 255.0, VolumeStatistics.Of(shares).Maximum, 1e-9);
        Assert.AreEqual(83136 / 255.0, VolumeStatistics.Of(shares).Sum, 1e-3);
        var above = 0;
        for (var z = 0; z < shares.Shape.Depth; z++)
        {
            for (var i = 0; i < 256; i++)
            {
                above += shares.GetValue(0, z, i / 16, i % 16) >= 0.3 ? 1 : 0;
            }
        }

        Assert.AreEqual(above, segmentation.ToLabels(threshold: 0.3).CountValues()[1]);
        Assert.AreEqual(0L, segmentation.ToLabels(threshold: 0.6).CountValues()[1]);
    }

    [TestMethod]
    public void Read_OfLabelMap_GivesTheNumbers()
    {
        var labels = DicomSegmentation.Read(TestData.RequireData("formats/seg/highdicom/seg_image_sm_control_labelmap.dcm")).ToLabels();

        var counts = labels.CountValues();
        Assert.AreEqual(6064L, counts.Select((count, value) => count * value).Sum());
        Assert.AreEqual("Background", labels.Classes[0].Name);
        Assert.AreEqual(21, labels.Classes.Count);
    }

    [TestMethod]
    public void ToLabelsOn_GridBetweenVoxels_IsRefusedWithTheDistance()
    {
        var segmentation = DicomSegmentation.Read(TestData.RequireData("formats/seg/dcmqi/liver.dcm"));
        var shifted = segmentation.Geometry.Shifted(new(0.4, 0, 0));

        var fault = Assert.ThrowsExactly<ArgumentException>(() => segmentation.ToLabelsOn(segmentation.Shape, shifted));

        StringAssert.Contains(fault.Message, "0.4 voxels");
    }

    [TestMethod]
    public void Read_OfImage_IsRefused()
    {
        var fault = Assert.ThrowsExactly<VolumeFormatException>(() =>
            DicomSegmentation.Read(TestData.RequireData("formats/dicom/pydicom/CT_small.dcm"))
        );

        StringAssert.Contains(fault.Message, "not a segmentation but CT");
    }
}
