using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom;

/// <summary>Enhanced images: many frames in a file, described by shared and per-frame functional groups.</summary>
[TestClass]
public sealed class DicomMultiFrameTests
{
    [TestMethod]
    public void Open_OfShuffledFrames_SortsPlacesAndTimes()
    {
        // Time and z of each frame, in the file's order; frame i holds 100 * i.
        (int Time, double Z)[] frames = [(2, 4), (1, 0), (1, 4), (2, 0), (1, 2), (2, 2)];

        var volume = VolumeFormats.Open(DicomFiles.Source(DicomFiles.File(Enhanced(frames, _ => 1), Pixels(frames.Length))));

        Assert.AreEqual(new VolumeShape(2, 3, 3, 4), volume.Shape);
        Assert.AreEqual(new Vector3D(10, 20, 0), volume.Geometry.Origin);
        Assert.AreEqual(2.0, volume.Geometry.Spacing.Z, 1e-9);
        foreach (var ((time, z), i) in frames.Select((f, i) => (f, i)))
        {
            Assert.AreEqual((100.0 * i) + 7, volume.GetValue(time - 1, (int)(z / 2), 1, 3), $"time {time}, z {z}");
        }
    }

    [TestMethod]
    public void Open_OfFramesWithOwnSlopes_GivesValues()
    {
        (int Time, double Z)[] frames = [(1, 0), (1, 2)];

        var volume = VolumeFormats.Open(DicomFiles.Source(DicomFiles.File(Enhanced(frames, i => i + 2), Pixels(2))));

        Assert.AreEqual(VoxelType.Float32, volume.VoxelType);
        Assert.AreEqual(2.0 * 5, volume.GetValue(0, 0, 1, 1));
        Assert.AreEqual(3.0 * 105, volume.GetValue(0, 1, 1, 1));
    }

    [TestMethod]
    public void Open_OfTooFewDescriptions_IsRefused()
    {
        var set = Enhanced([(1, 0), (1, 2)], _ => 1).AddIntegers("NumberOfFrames", 3);

        var fault = Assert.ThrowsExactly<VolumeFormatException>(() =>
            VolumeFormats.Open(DicomFiles.Source(DicomFiles.File(set, Pixels(3))))
        );

        StringAssert.Contains(fault.Message, "describes 2 frames; the image has 3");
    }

    [TestMethod]
    public void Read_OfOneSlice_TakesItAlone()
    {
        (int Time, double Z)[] frames = [(1, 4), (1, 0), (1, 2)];
        var source = DicomFiles.Source(DicomFiles.File(Enhanced(frames, _ => 1), Pixels(3)));

        var volume = VolumeFormats.Open(source, new VolumeRegion(1, 1, 2, 2, 1, 1));

        Assert.AreEqual(new VolumeShape(1, 1, 1, 2), volume.Shape);
        Assert.AreEqual(5.0, volume.GetValue(0, 0, 0, 0));
        Assert.AreEqual(6.0, volume.GetValue(0, 0, 0, 1));
        Assert.AreEqual(4.0, volume.Geometry.Origin.Z, 1e-9);
    }

    [TestMethod]
    [Timeout(20_000)]
    public void Open_OfHundredThousandTinyFrames_TakesTimeInProportion()
    {
        const int frames = 100_000;
        var set = new DicomDataSetWriter()
            .Add("SOPClassUID", "1.2.840.10008.5.1.4.1.1.66.7")
            .Add("Modality", "SEG")
            .Add("SegmentationType", "LABELMAP")
            .AddIntegers("NumberOfFrames", frames)
            .AddIntegers("Rows", 1)
            .AddIntegers("Columns", 1)
            .AddIntegers("SamplesPerPixel", 1)
            .Add("PhotometricInterpretation", "MONOCHROME2")
            .AddIntegers("BitsAllocated", 1)
            .AddIntegers("BitsStored", 1)
            .AddIntegers("HighBit", 0)
            .AddIntegers("PixelRepresentation", 0);

        var volume = VolumeFormats.Open(DicomFiles.Source(DicomFiles.File(set, new byte[frames / 8], vr: "OB")));

        Assert.AreEqual(new VolumeShape(1, frames, 1, 1), volume.Shape);
    }

    private static byte[] Pixels(int frames) => [.. Enumerable.Range(0, frames).SelectMany(i => DicomFiles.Pixels(i))];

    private static DicomDataSetWriter Enhanced((int Time, double Z)[] frames, Func<int, double> slope) =>
        new DicomDataSetWriter()
            .Add("SOPClassUID", "1.2.840.10008.5.1.4.1.1.4.1")
            .Add("SOPInstanceUID", "1.2.3.9")
            .Add("Modality", "MR")
            .Add("SeriesInstanceUID", "1.2.3")
            .AddIntegers("NumberOfFrames", frames.Length)
            .AddIntegers("Rows", 3)
            .AddIntegers("Columns", 4)
            .AddIntegers("SamplesPerPixel", 1)
            .Add("PhotometricInterpretation", "MONOCHROME2")
            .AddIntegers("BitsAllocated", 16)
            .AddIntegers("BitsStored", 16)
            .AddIntegers("HighBit", 15)
            .AddIntegers("PixelRepresentation", 1)
            .AddItems(
                "SharedFunctionalGroupsSequence",
                [
                    new DicomDataSetWriter()
                        .AddItems(
                            "PlaneOrientationSequence",
                            [new DicomDataSetWriter().AddDecimals("ImageOrientationPatient", 1, 0, 0, 0, 1, 0)]
                        )
                        .AddItems(
                            "PixelMeasuresSequence",
                            [new DicomDataSetWriter().AddDecimals("PixelSpacing", 0.5, 0.75).AddDecimals("SliceThickness", 1)]
                        ),
                ]
            )
            .AddItems(
                "PerFrameFunctionalGroupsSequence",
                frames.Select(
                    (f, i) =>
                        new DicomDataSetWriter()
                            .AddItems("FrameContentSequence", [new DicomDataSetWriter().AddIntegers("TemporalPositionIndex", f.Time)])
                            .AddItems(
                                "PlanePositionSequence",
                                [new DicomDataSetWriter().AddDecimals("ImagePositionPatient", -10, -20, f.Z)]
                            )
                            .AddItems(
                                "PixelValueTransformationSequence",
                                [new DicomDataSetWriter().AddDecimals("RescaleSlope", slope(i)).AddDecimals("RescaleIntercept", 0)]
                            )
                )
            );
}
