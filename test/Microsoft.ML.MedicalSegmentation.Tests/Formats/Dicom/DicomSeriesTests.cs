using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom;

[TestClass]
public sealed class DicomSeriesTests
{
    [TestMethod]
    public void Open_OfShuffledSlices_SortsByPositionAndKeepsScaling()
    {
        using var folder = new TemporaryFolder();
        DicomFiles.WriteSeries(folder, [Slice(7.5, 1, 2), Slice(2.5, 2, 0), Slice(5, 3, 1)]);

        var volume = VolumeFormats.Open(folder.Path);

        Assert.AreEqual(new VolumeShape(1, 3, 3, 4), volume.Shape);
        Assert.AreEqual(new VoxelScaling(2, -100), volume.Scaling);
        Assert.AreEqual(VoxelType.Int16, volume.VoxelType);
        for (var z = 0; z < 3; z++)
        {
            Assert.AreEqual((2 * ((100 * z) + 6)) - 100, volume.GetValue(0, z, 1, 2));
        }

        // LPS (-10, -20, 2.5), 0.75 mm between columns and 0.5 mm between rows.
        Assert.AreEqual(new Vector3D(10, 20, 2.5), volume.Geometry.Origin);
        Assert.AreEqual(new Vector3D(-0.75, 0, 0), volume.Geometry.IndexToWorld.A);
        Assert.AreEqual(new Vector3D(0, -0.5, 0), volume.Geometry.IndexToWorld.B);
        Assert.AreEqual(new Vector3D(0, 0, 2.5), volume.Geometry.IndexToWorld.C);
    }

    [TestMethod]
    public void Open_OfSeriesWithAGap_SaysHowManySlicesAreMissing() =>
        AssertRefused(
            [Slice(0, 1, 0), Slice(2, 2, 1), Slice(6, 3, 2), Slice(8, 4, 3)],
            "1 slices are missing",
            "between 2 and 6 mm",
            "4 slices"
        );

    [TestMethod]
    public void Open_OfUnevenSlices_GivesTheDistances()
        => AssertRefused([Slice(0, 1, 0), Slice(2, 2, 1), Slice(4.7, 3, 2)], "2 to 2.7 mm", "evenly spaced");

    [TestMethod]
    public void Open_OfPositionsWithTwoDecimals_TakesThemAsEven()
    {
        using var folder = new TemporaryFolder();
        DicomFiles.WriteSeries(folder, Enumerable.Range(0, 6).Select(i => Slice(Math.Round(0.625 * i, 2), i + 1, i)));

        var volume = VolumeFormats.Open(folder.Path);

        Assert.AreEqual(6, volume.Shape.Depth);
        Assert.AreEqual(0.624, volume.Geometry.Spacing.Z, 1e-9);
    }

    [TestMethod]
    public void Open_OfDuplicateSlices_IsRefused()
        => AssertRefused([Slice(0, 1, 0), Slice(2, 2, 1), Slice(2, 2, 1)], "place 2 of 2", "duplicates");

    [TestMethod]
    public void Open_OfOnePlaceWithMoreSlices_IsRefused()
        => AssertRefused([Slice(0, 1, 0), Slice(2, 2, 1), Slice(4, 3, 2), Slice(2, 4, 1)], "place 2 of 3", "has 2 slices");

    [TestMethod]
    public void Open_OfTiltedGantry_GivesTheAngle()
    {
        var tilted = Enumerable.Range(0, 3).Select(i =>
        {
            var (set, pixels) = Slice(2 * i, i + 1, i);
            return (set.AddDecimals("ImagePositionPatient", -10, -20 + (0.5 * i), 2 * i), pixels);
        });

        AssertRefused([.. tilted], "gantry tilt of 14.04 degrees", "1 mm", "Correct the tilt");
    }

    [TestMethod]
    public void Open_OfMixedOrientations_GivesTheAngle()
    {
        var (turned, pixels) = Slice(2, 2, 1);
        AssertRefused(
            [Slice(0, 1, 0), (turned.AddDecimals("ImageOrientationPatient", 1, 0, 0, 0, 0, -1), pixels)],
            "different orientations",
            "90 degrees"
        );
    }

    [TestMethod]
    public void Open_OfMixedSizes_CountsThem()
    {
        AssertRefused(
            [Slice(0, 1, 0), Slice(2, 2, 1), (DicomFiles.Slice(4, 3, columns: 2), DicomFiles.Pixels(2, 6))],
            "2 of 4 x 3",
            "1 of 2 x 3"
        );
    }

    [TestMethod]
    public void Open_OfMixedSpacings_GivesBoth()
    {
        var (other, pixels) = Slice(2, 2, 1);
        AssertRefused([Slice(0, 1, 0), (other.AddDecimals("PixelSpacing", 0.5, 0.8), pixels)], "0.75 x 0.5", "0.8 x 0.5");
    }

    [TestMethod]
    public void Open_OfDifferentSlopes_GivesValuesInSinglePrecision()
    {
        using var folder = new TemporaryFolder();
        var (other, pixels) = Slice(2, 2, 1);
        DicomFiles.WriteSeries(folder, [Slice(0, 1, 0), (other.AddDecimals("RescaleSlope", 0.5), pixels)]);

        var volume = VolumeFormats.Open(folder.Path);

        Assert.AreEqual(VoxelType.Float32, volume.VoxelType);
        Assert.AreEqual((2 * 5) - 100, volume.GetValue(0, 0, 1, 1));
        Assert.AreEqual((0.5 * 105) - 100, volume.GetValue(0, 1, 1, 1));
        Assert.IsTrue(volume.Header!.Notes.Any(n => n.Contains("scaled differently")));
    }

    [TestMethod]
    public void Open_OfTimePoints_MakesThemChannelsInTheirOrder()
    {
        using var folder = new TemporaryFolder();
        var slices =
            from time in new[] { 2, 1, 3 }
            from place in new[] { 1, 0 }
            select (
                DicomFiles.Slice(place * 3, (10 * time) + place).AddIntegers("TemporalPositionIdentifier", time),
                DicomFiles.Pixels((10 * time) + place)
            );
        DicomFiles.WriteSeries(folder, slices);

        var volume = VolumeFormats.Open(folder.Path);

        Assert.AreEqual(new VolumeShape(3, 2, 3, 4), volume.Shape);
        for (var time = 1; time <= 3; time++)
        {
            Assert.AreEqual((2 * ((1000 * time) + 100)) - 100, volume.GetValue(time - 1, 1, 0, 0));
        }

        Assert.IsTrue(volume.Header!.Notes.Any(n => n.Contains("temporal position")));
    }

    [TestMethod]
    public void Open_OfEchoesThatDoNotPair_IsRefused()
    {
        DicomDataSetWriter Echo(double z, int instance, double time) => DicomFiles.Slice(z, instance).AddDecimals("EchoTime", time);
        AssertRefused(
            [
                (Echo(0, 1, 5), DicomFiles.Pixels(0)),
                (Echo(0, 2, 10), DicomFiles.Pixels(1)),
                (Echo(2, 3, 5), DicomFiles.Pixels(2)),
                (Echo(2, 4, 15), DicomFiles.Pixels(3)),
            ],
            "echo time",
            "10, 5 at place 1 (",
            "15, 5 at place 2 (",
            ".dcm"
        );
    }

    [TestMethod]
    public void Open_OfMonochrome1_InvertsValuesAndSaysSo()
    {
        var set = DicomFiles
            .Slice(0, 1)
            .Add("PhotometricInterpretation", "MONOCHROME1")
            .AddDecimals("RescaleSlope", 1)
            .AddDecimals("RescaleIntercept", 0)
            .AddIntegers("PixelRepresentation", 0)
            .AddIntegers("BitsStored", 12)
            .AddIntegers("HighBit", 11);

        var volume = VolumeFormats.Open(DicomFiles.Source(DicomFiles.File(set, DicomFiles.Pixels(3))));

        Assert.AreEqual(4095 - 306, volume.GetValue(0, 0, 1, 2));
        StringAssert.Contains(string.Join(' ', volume.Header!.Notes), "MONOCHROME1");
    }

    [TestMethod]
    [DataRow(true, -5.0)]
    [DataRow(false, 4091.0)]
    public void Open_OfTwelveStoredBits_MasksOverlaysAndExtendsTheSign(bool isSigned, double expected)
    {
        // 0xFFB in bits 3 to 14, with other bits set around it.
        var stored = unchecked((short)((0xFFB << 3) | 0x8007));
        var pixels = DicomFiles.Pixels(0);
        BitConverter.TryWriteBytes(pixels, stored);
        var set = DicomFiles
            .Slice(0, 1)
            .AddIntegers("BitsStored", 12)
            .AddIntegers("HighBit", 14)
            .AddIntegers("PixelRepresentation", isSigned ? 1 : 0);

        var volume = VolumeFormats.Open(DicomFiles.Source(DicomFiles.File(set, pixels)));

        Assert.AreEqual((2 * expected) - 100, volume.GetValue(0, 0, 0, 0));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public void Open_OfColours_MakesChannels(int planar)
    {
        var set = DicomFiles
            .Slice(0, 1)
            .AddIntegers("SamplesPerPixel", 3)
            .Add("PhotometricInterpretation", "RGB")
            .AddIntegers("PlanarConfiguration", planar)
            .AddIntegers("BitsAllocated", 8)
            .AddIntegers("BitsStored", 8)
            .AddIntegers("HighBit", 7)
            .AddIntegers("PixelRepresentation", 0)
            .AddDecimals("RescaleSlope", 1)
            .AddDecimals("RescaleIntercept", 0);
        var pixels = Enumerable.Range(0, 36).Select(i => (byte)i).ToArray();

        var volume = VolumeFormats.Open(DicomFiles.Source(DicomFiles.File(set, pixels, vr: "OB")));

        Assert.AreEqual(new VolumeShape(3, 1, 3, 4), volume.Shape);
        Assert.AreEqual(planar == 0 ? (3 * 5) + 2 : (2 * 12) + 5, volume.GetValue(2, 0, 1, 1));
    }

    [TestMethod]
    public void Open_OfTwoSeries_ListsThemWithoutThePatient()
    {
        using var folder = new TemporaryFolder();
        DicomFiles.WriteSeries(folder, [Slice(0, 1, 0), (DicomFiles.Slice(0, 1, "1.2.4"), DicomFiles.Pixels(0))]);

        var fault = Assert.ThrowsExactly<VolumeFormatException>(() => VolumeFormats.Open(folder.Path));

        StringAssert.Contains(fault.Message, "1.2.4");
        StringAssert.Contains(fault.Message, "list them and open one");
        DicomFiles.AssertNoPatient(fault.Message);
        var series = DicomSeries.Find(folder.Path);
        CollectionAssert.AreEqual(new[] { "1.2.3", "1.2.4" }, series.Select(s => s.Uid).ToArray());
        Assert.AreEqual(new VolumeShape(1, 1, 3, 4), series[1].Read().Shape);
    }

    [TestMethod]
    public void ReadHeader_OfSeries_HasNothingOfThePatient()
    {
        using var folder = new TemporaryFolder();
        DicomFiles.WriteSeries(folder, [Slice(0, 1, 0), Slice(2, 2, 1)]);
        folder.Write("notes.txt", "no DICOM");

        var header = VolumeFormats.ReadHeader(folder.Path);

        DicomFiles.AssertNoPatient(
            $"{string.Join(' ', header.Fields)} {string.Join(' ', header.Notes)} {DicomSeries.Find(folder.Path)[0]}"
        );
        Assert.AreEqual("CT", header.Fields["Modality"]);
        Assert.IsTrue(header.Notes.Any(n => n.StartsWith("1 file(s)", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Open_OfPartOfASeries_ReadsThoseFiles()
    {
        using var folder = new TemporaryFolder();
        DicomFiles.WriteSeries(folder, [Slice(0, 1, 0), Slice(2, 2, 1), Slice(7, 3, 2)]);
        var files = DicomSeries.Find(folder.Path)[0].Files.Order(StringComparer.Ordinal).ToList();

        var even = files.Where(f => !f.EndsWith("838.dcm", StringComparison.Ordinal)).ToList();

        Assert.AreEqual(2, even.Count);
        Assert.AreEqual(2, DicomSeries.Open(even).Read().Shape.Depth);
    }

    private static (DicomDataSetWriter Set, byte[] Pixels) Slice(double z, int instance, int content) =>
        (DicomFiles.Slice(z, instance), DicomFiles.Pixels(content));

    private static void AssertRefused((DicomDataSetWriter Set, byte[] Pixels)[] slices, params string[] facts)
    {
        using var folder = new TemporaryFolder();
        DicomFiles.WriteSeries(folder, slices);

        var fault = Assert.ThrowsExactly<VolumeFormatException>(() => VolumeFormats.Open(folder.Path));

        Assert.AreEqual(folder.Path, fault.FileName);
        foreach (var fact in facts)
        {
            StringAssert.Contains(fault.Message, fact);
        }

        DicomFiles.AssertNoPatient(fault.Message);
    }
}
