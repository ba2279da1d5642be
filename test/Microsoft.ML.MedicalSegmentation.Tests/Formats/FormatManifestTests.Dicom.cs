using System.Globalization;

namespace Microsoft.ML.MedicalSegmentation.Formats;

/// <summary>The manifest's DICOM files one by one: golden values are of stored pixels, before rescaling.</summary>
public sealed partial class FormatManifestTests
{
    public static IEnumerable<object[]> DicomFiles => Rows(l => IsVolume(l) && l.Kind.StartsWith("DICOM", StringComparison.Ordinal));

    [TestMethod]
    [DynamicData(nameof(DicomFiles), DynamicDataDisplayName = nameof(Name))]
    public void ReadHeader_OfManifestDicom_GivesGoldenSizesTypeAndGeometry(string file)
    {
        var line = Require(file);
        if (HasNoPixels(line))
        {
            var fault = Assert.ThrowsExactly<VolumeFormatException>(() => VolumeFormats.ReadHeader(PathOf(line)));
            StringAssert.Contains(fault.Message, "no pixels");
            return;
        }

        var header = VolumeFormats.ReadHeader(PathOf(line));

        var dims = line.Dims;
        var samples = line.Fields["dims"].Contains("spp=3") ? 3 : 1;
        var isSegmentation = line.Kind.StartsWith("DICOM SEG", StringComparison.Ordinal);
        if (!IsMosaic(line, header))
        {
            Assert.AreEqual((dims[0], dims[1]), (header.Shape.Width, header.Shape.Height));
            if (!isSegmentation)
            {
                Assert.AreEqual(
                    (samples, dims.ElementAtOrDefault(2) is > 0 and var frames ? frames : 1),
                    (header.Shape.Channels, header.Shape.Depth)
                );
            }
        }

        var type = line.Fields["dtype"].Split(' ')[0];
        Assert.AreEqual(type == "uint1" ? VoxelType.UInt8 : Enum.Parse<VoxelType>(type, ignoreCase: true), header.VoxelType);
        AssertPlane(line, header);
    }

    [TestMethod]
    [DynamicData(nameof(DicomFiles), DynamicDataDisplayName = nameof(Name))]
    public void Open_OfManifestDicom_GivesGoldenStatisticsOrNamesTheCompression(string file)
    {
        var line = Require(file);
        if (HasNoPixels(line) || NeedsDecoder(line))
        {
            var fault = Assert.ThrowsExactly<VolumeFormatException>(() => VolumeFormats.Open(PathOf(line)));
            StringAssert.Contains(
                fault.Message,
                HasNoPixels(line) ? "no pixels" : line.Fields["encoding"].Split('(')[0].Replace(" Image Compression", "").Trim()
            );
            StringAssert.Contains(fault.Message, HasNoPixels(line) ? "image series" : "register a decoder");
            return;
        }

        var volume = VolumeFormats.Open(PathOf(line));

        var found = VolumeStatistics.Of(volume);
        var (slope, intercept) = (volume.Scaling.Slope, volume.Scaling.Intercept);
        var stored = new[] { (found.Minimum - intercept) / slope, (found.Maximum - intercept) / slope };
        AssertClose(line.Numbers("min")[0], stored.Min(), "minimum", 1);
        AssertClose(line.Numbers("max")[0], stored.Max(), "maximum");
        AssertClose(line.Numbers("sum")[0], (found.Sum - (intercept * found.Count)) / slope, "sum", Math.Max(1, Scale(line)) * found.Count);
    }

    private static bool HasNoPixels(ManifestLine line) => line.Fields["sum"].Length == 0;

    private static bool NeedsDecoder(ManifestLine line) =>
        line.Fields["encoding"].StartsWith("JPEG", StringComparison.Ordinal)
        && !Array.Exists<string>(
            ["JPEG Lossless", "JPEG Baseline", "JPEG Extended"],
            known => line.Fields["encoding"].StartsWith(known, StringComparison.Ordinal)
        );

    /// <summary>A mosaic's golden sizes are those of all its tiles together.</summary>
    private static bool IsMosaic(ManifestLine line, VolumeHeader header) => line.Dims.Length == 2 && header.Shape.Depth > 1;

    /// <summary>"IOP=... IPP=..." in LPS, where the line gives it: directions, spacing and the position of the first voxel.</summary>
    private static void AssertPlane(ManifestLine line, VolumeHeader header)
    {
        var text = line.Fields["affine"];
        if (!text.StartsWith("IOP=", StringComparison.Ordinal))
        {
            return;
        }

        var parts = text["IOP=".Length..].Split("IPP=");
        var orientation = Parse(parts[0]);
        var position = Parse(parts[1]);
        var spacing = line.Numbers("spacing");
        var map = header.Geometry.IndexToWorld;
        AssertVector(orientation[..3], map.A * (1 / map.A.Length), 1e-4, "row direction");
        AssertVector(orientation[3..], map.B * (1 / map.B.Length), 1e-4, "column direction");
        AssertClose(spacing[0], header.Geometry.Spacing.Y, "distance between rows");
        AssertClose(spacing[1], header.Geometry.Spacing.X, "distance between columns");
        if (!IsMosaic(line, header))
        {
            AssertVector(position, map.Translation, 1e-4, "position");
        }

        static double[] Parse(string text) =>
            [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(n => double.Parse(n, CultureInfo.InvariantCulture))];
    }

    private static void AssertVector(double[] lps, Vector3D ras, double tolerance, string what)
    {
        var difference = (new Vector3D(-lps[0], -lps[1], lps[2]) - ras).Length;
        Assert.IsTrue(difference <= tolerance, $"The {what} is {ras} in RAS, {difference} from the golden one.");
    }
}
