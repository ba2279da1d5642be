using System.Globalization;
using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom;

/// <summary>
/// The series of the data folder: golden values of formats/series.tsv, and the volumes that dcm2niix made of two of them.
/// </summary>
[TestClass]
public sealed class DicomSeriesDataTests
{
    private const double RelativeTolerance = 1e-5;

    public static IEnumerable<object[]> Series
    {
        get
        {
            var path = Path.Combine(TestData.DataFolder, "formats", "series.tsv");
            return File.Exists(path) ? Lines(path).Select(l => new object[] { l["folder"], l["series_uid"] }) : [["(no series.tsv)", ""]];
        }
    }

    [TestMethod]
    [DynamicData(nameof(Series))]
    public void Find_OfSeriesFolder_GivesGoldenSizesGeometryAndSums(string folder, string uid)
    {
        var line = Lines(TestData.RequireData("formats/series.tsv")).First(l => l["folder"] == folder && l["series_uid"] == uid);

        var series = DicomSeries.Find(TestData.RequireData("formats/" + folder), recursive: false).Single(s => s.Uid == uid);

        Assert.AreEqual(line["files"], series.Files.Count.ToString(CultureInfo.InvariantCulture));
        Assert.AreEqual(line["modality"], series.Modality);
        var steps = Numbers(line["slice_step"]);
        if (steps.Length > 1 && steps.Max() - steps.Min() > 0.02 * steps.Average())
        {
            var fault = Assert.ThrowsExactly<VolumeFormatException>(() => series.Read());
            StringAssert.Contains(fault.Message, steps.Min().ToString(CultureInfo.InvariantCulture));
            StringAssert.Contains(fault.Message, steps.Max().ToString(CultureInfo.InvariantCulture));
            StringAssert.Contains(fault.Message, "missing");
            return;
        }

        var volume = series.Read();

        Assert.AreEqual(Numbers(line["volumes"])[0], volume.Shape.Channels);
        var statistics = VolumeStatistics.Of(volume);
        AssertClose(Numbers(line["sum_rescaled"])[0], statistics.Sum, "sum of values");
        if (line["mosaic"] == "True")
        {
            return;
        }

        Assert.AreEqual(
            (Numbers(line["slice_positions"])[0], Numbers(line["rows"])[0], Numbers(line["columns"])[0]),
            (volume.Shape.Depth, volume.Shape.Height, volume.Shape.Width));
        var golden = Numbers(line["affine_LPS_3x4"]);
        var found = volume.Geometry.IndexToWorld.ToRows();
        for (var i = 0; i < golden.Length; i++)
        {
            Assert.AreEqual(i < 8 ? -golden[i] : golden[i], found[i], 1e-3, $"Element {i} of the affine");
        }
    }

    [TestMethod]
    [DataRow("series_nih_ge_0004", "DCM2NIIX_regression_test_4.nii")]
    [DataRow("series_nih_siemens_mosaic_0003", "EPI_PE=AP_3.nii")]
    public void Open_OfNihSeries_EqualsDcm2niixInVoxelsAndWorld(string folder, string reference)
    {
        var expected = VolumeFormats.Open(TestData.RequireData($"formats/dicom/{folder}_ref/{reference}"));

        var found = VolumeFormats.Open(TestData.RequireData($"formats/dicom/{folder}"));

        // dcm2niix turns rows over; both say where each voxel lies, so voxels are compared by place.
        Assert.AreEqual(expected.Shape, found.Shape);
        var map = found.Geometry.WorldToIndex.Compose(expected.Geometry.IndexToWorld);
        for (var z = 0; z < expected.Shape.Depth; z++)
        {
            for (var y = 0; y < expected.Shape.Height; y++)
            {
                for (var x = 0; x < expected.Shape.Width; x++)
                {
                    var at = map.Apply(new(x, y, z));
                    var (fx, fy, fz) = ((int)Math.Round(at.X), (int)Math.Round(at.Y), (int)Math.Round(at.Z));
                    Assert.IsTrue((at - new Vector3D(fx, fy, fz)).Length < 1e-3, $"Voxel ({x}, {y}, {z}) lies between ours, at {at}.");
                    for (var c = 0; c < expected.Shape.Channels; c++)
                    {
                        Assert.AreEqual(
                            expected.GetValue(c, z, y, x),
                            found.GetValue(c, fz, fy, fx),
                            $"channel {c}, voxel ({x}, {y}, {z})"
                        );
                    }
                }
            }
        }
    }

    [TestMethod]
    public void Open_OfFolderWithSeveralSeries_ListsThem()
    {
        var folder = TestData.RequireData("formats/dicom/series_panimg_dicom_4d");

        var fault = Assert.ThrowsExactly<VolumeFormatException>(() => VolumeFormats.Open(folder));

        StringAssert.Contains(fault.Message, "19 series");
        StringAssert.Contains(fault.Message, "list them and open one");
        StringAssert.Contains(fault.Message, "1.1.1.1.1.1.11111.1.1.1.1111.1111.900000000000000000000000000003");
    }

    [TestMethod]
    public void Read_OfRegion_EqualsThatPartOfTheWhole()
    {
        var folder = TestData.RequireData("formats/dicom/series_nih_siemens_mosaic_0003");
        var whole = VolumeFormats.Open(folder);
        var region = new VolumeRegion(5, 7, 1, 20, 11, 3);

        var part = VolumeFormats.Open(folder, region);

        Assert.AreEqual(new VolumeShape(2, 3, 11, 20), part.Shape);
        for (var c = 0; c < 2; c++)
        {
            for (var z = 0; z < 3; z++)
            {
                Assert.AreEqual(whole.GetValue(c, z + 1, 10 + 7, 19 + 5), part.GetValue(c, z, 10, 19));
                Assert.AreEqual(whole.GetValue(c, z + 1, 7, 5), part.GetValue(c, z, 0, 0));
            }
        }

        Assert.AreEqual(whole.Geometry.IndexToWorld.Apply(new(5, 7, 1)), part.Geometry.Origin);
    }

    [TestMethod]
    public void Open_OfMosaicWithOppositeNormal_TurnsTheSlicesOver()
    {
        var bytes = File.ReadAllBytes(TestData.RequireData("formats/dicom/series_nih_siemens_mosaic_0003/epi_pe_ap-00001.dcm"));
        var upward = VolumeFormats.Open(VolumeSource.FromStream(new MemoryStream(bytes), "mosaic"));

        // Siemens' header keeps the normal as three texts; the last is turned round in place.
        var entry = bytes.AsSpan().IndexOf("SliceNormalVector"u8);
        var z = entry + bytes.AsSpan(entry, 300).LastIndexOf("1.00000000"u8);
        "-1.0000000"u8.CopyTo(bytes.AsSpan(z));
        var downward = VolumeFormats.Open(VolumeSource.FromStream(new MemoryStream(bytes), "mosaic"));

        Assert.AreEqual(16.0, upward.Geometry.Origin.Z, 1e-6);
        Assert.AreEqual(16.0 - (4 * 12), downward.Geometry.Origin.Z, 1e-6);
        var (first, last) = (0.0, 0.0);
        for (var i = 0; i < 72; i++)
        {
            first += Math.Abs(upward.GetValue(0, 0, 36, i) - downward.GetValue(0, 4, 36, i));
            last += Math.Abs(upward.GetValue(0, 4, 36, i) - downward.GetValue(0, 0, 36, i));
        }

        Assert.AreEqual((0.0, 0.0), (first, last));
    }

    private static List<Dictionary<string, string>> Lines(string path)
    {
        var lines = File.ReadAllLines(path);
        var names = lines[0].Split('\t');
        return [.. lines.Skip(1).Where(l => l.Length > 0).Select(l => names.Zip(l.Split('\t')).ToDictionary(p => p.First, p => p.Second))];
    }

    private static double[] Numbers(string text)
        => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(n => double.Parse(n, CultureInfo.InvariantCulture))];

    private static void AssertClose(double expected, double actual, string what) =>
        Assert.IsTrue(
            Math.Abs(expected - actual) <= Math.Max(1e-6, RelativeTolerance * Math.Abs(expected)),
            $"The {what} is {actual}; the golden value is {expected}."
        );
}
