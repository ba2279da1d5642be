using System.Globalization;
using System.Text.RegularExpressions;

namespace Microsoft.ML.MedicalSegmentation.Formats;

/// <summary>Every volume of formats/manifest.tsv reads to the sizes, type, geometry and statistics that other readers found.</summary>
[TestClass]
public sealed partial class FormatManifestTests
{
    // Golden values are decimals of single precision numbers.
    private const double RelativeTolerance = 1e-5;

    private static readonly Vector3D[] Corners = [new(0, 0, 0), new(1, 0, 0), new(0, 1, 0), new(0, 0, 1)];

    public static IEnumerable<object[]> Volumes => Rows(l => IsVolume(l) && !l.Kind.StartsWith("DICOM", StringComparison.Ordinal));

    public static string Name(System.Reflection.MethodInfo method, object[] data) => $"{method.Name}: {data[0]}";

    [TestMethod]
    public void Manifest_LiesUnderTheDataFolder()
    {
        TestData.RequireData("formats/manifest.tsv");
        Assert.IsTrue(FormatManifest.Lines.Count > 0, "The manifest has no lines.");
    }

    [TestMethod]
    [DynamicData(nameof(Volumes), DynamicDataDisplayName = nameof(Name))]
    public void ReadHeader_OfManifestVolume_GivesGoldenSizesTypeAndGeometry(string file)
    {
        var line = Require(file);
        if (IsStrictlyRefused(line))
        {
            Assert.ThrowsExactly<VolumeFormatException>(() => VolumeFormats.ReadHeader(PathOf(line)));
            return;
        }

        var header = VolumeFormats.ReadHeader(PathOf(line));

        AssertSizes(line, header);
        AssertType(line, header);
        AssertSpacing(line, header);
        AssertAffine(line, header);
        AssertScaling(line, header);
    }

    [TestMethod]
    [DynamicData(nameof(Volumes), DynamicDataDisplayName = nameof(Name))]
    public void Open_OfManifestVolume_GivesGoldenStatistics(string file)
    {
        var line = Require(file);
        if (IsStrictlyRefused(line))
        {
            Assert.ThrowsExactly<VolumeFormatException>(() => VolumeFormats.Open(PathOf(line)));
            return;
        }

        if (line.Fields["sum"].Length == 0)
        {
            // The golden values are of the header alone: its voxels are not there, or only beside it under another name.
            Assert.IsTrue(VolumeFormats.ReadHeader(PathOf(line)).Shape.Count > 0);
            return;
        }

        if (MissingDataFile(line) is { } missing)
        {
            // The golden values were taken where the data file lay beside the header; this folder does not hold it.
            StringAssert.Contains(Assert.ThrowsExactly<VolumeFormatException>(() => VolumeFormats.Open(PathOf(line))).Message, missing);
            return;
        }

        var volume = VolumeFormats.Open(PathOf(line));

        var found = VolumeStatistics.Of(volume);
        if (!line.HasStatistics)
        {
            AssertComponentSums(line.Fields["sum"], volume);
            return;
        }

        AssertClose(line.Numbers("min")[0], found.Minimum, "minimum");
        AssertClose(line.Numbers("max")[0], found.Maximum, "maximum");
        AssertClose(line.Numbers("mean")[0], found.Mean, "mean", Scale(line));
        AssertClose(line.Numbers("sum")[0], found.Sum, "sum", Scale(line) * found.Count);
    }

    internal static bool IsVolume(ManifestLine line) =>
        line.Kind is not ("other" or "(reader refused)" or "data of a detached header")
        && line.Fields["dims"].Length > 0
        && !line.File.StartsWith("malformed/", StringComparison.Ordinal)
        && !line.File.StartsWith("unsupported/", StringComparison.Ordinal);

    /// <summary>Volumes of which the manifest says that a strict reader, as ours is, refuses them.</summary>
    internal static bool IsStrictlyRefused(ManifestLine line) => line.Note.Contains("a strict reader refuses", StringComparison.Ordinal);

    internal static string PathOf(ManifestLine line) => Path.Combine(FormatManifest.Folder, line.File);

    private static List<object[]> Rows(Func<ManifestLine, bool> wanted)
    {
        var rows = FormatManifest.Lines.Where(wanted).Select(l => new object[] { l.File }).ToList();
        return rows.Count > 0 ? rows : [["(no manifest)"]];
    }

    private static ManifestLine Require(string file)
    {
        TestData.RequireData("formats/manifest.tsv");
        var line = FormatManifest.Lines.First(l => l.File == file);
        RequireFormat(line);
        TestData.RequireData("formats/" + line.File);
        return line;
    }

    private static void RequireFormat(ManifestLine line)
    {
        var name = line.Kind switch
        {
            var k when k.StartsWith("Nifti", StringComparison.Ordinal) => "NIfTI",
            var k when k.StartsWith("Analyze", StringComparison.Ordinal) => "ANALYZE 7.5",
            var k when k.StartsWith("MGH", StringComparison.Ordinal) => "MGH",
            var k when k.StartsWith("NRRD", StringComparison.Ordinal) => "NRRD",
            _ => line.Kind.Split(' ')[0],
        };
        if (!VolumeFormats.All.Any(f => f.Name == name))
        {
            Assert.Inconclusive($"{line.File}: the format {name} is not in VolumeFormats.All.");
        }
    }

    private static string? MissingDataFile(ManifestLine line)
    {
        var name = line.Kind == "MetaImage" ? DataFile().Match(File.ReadAllText(PathOf(line))).Groups[1].Value.Trim() : "LOCAL";
        return name == "LOCAL" || File.Exists(Path.Combine(Path.GetDirectoryName(PathOf(line)) ?? "", name)) ? null : name;
    }

    private static void AssertSizes(ManifestLine line, VolumeHeader header)
    {
        var dims = line.Dims;
        if (header.Fields.GetValueOrDefault("sizes") is { } sizes)
        {
            // NRRD's axes may come in any order; which of them are x, y and z is told by its own words.
            Assert.AreEqual(string.Join(' ', dims), sizes);
            Assert.AreEqual(dims.Aggregate(1L, (product, size) => product * size), header.Shape.Count);
            return;
        }

        var components = line.Fields["dims"].Contains("ch=")
            ? int.Parse(ChannelCount().Match(line.Fields["dims"]).Groups[1].Value, CultureInfo.InvariantCulture)
            : line.Fields["dtype"] switch
            {
                "rgb" => 3,
                "rgba" => 4,
                var d when d.StartsWith("complex", StringComparison.Ordinal) => 2,
                _ => 1,
            };
        var (width, height, depth) = (
            dims[0],
            dims.ElementAtOrDefault(1) is > 0 and var h ? h : 1,
            dims.ElementAtOrDefault(2) is > 0 and var d2 ? d2 : 1
        );
        var channels = dims.Skip(3).Aggregate(components, (product, size) => product * size);
        Assert.AreEqual(new VolumeShape(channels, depth, height, width), header.Shape);
    }

    private static void AssertType(ManifestLine line, VolumeHeader header)
    {
        var expected = line.Fields["dtype"] switch
        {
            "rgb" or "rgba" => VoxelType.UInt8,
            "complex64" => VoxelType.Float32,
            "complex128" => VoxelType.Float64,
            var name => Enum.Parse<VoxelType>(name, ignoreCase: true),
        };
        Assert.AreEqual(expected, header.VoxelType);
    }

    private static void AssertSpacing(ManifestLine line, VolumeHeader header)
    {
        // Where an affine is given too, the spacing is the header's own field, which may disagree with the affine.
        var golden = line.Numbers("spacing").Take(3).ToArray();
        if (golden.Length == 0 || line.Fields["spacing"].StartsWith("size:", StringComparison.Ordinal))
        {
            return;
        }

        var found = (header.Fields.GetValueOrDefault("pixdim") ?? header.Fields.GetValueOrDefault("delta")) is { } own
            ? [.. own.Split(' ').Select(p => double.Parse(p, CultureInfo.InvariantCulture))]
            : new[] { header.Geometry.Spacing.X, header.Geometry.Spacing.Y, header.Geometry.Spacing.Z };
        for (var axis = 0; axis < golden.Length; axis++)
        {
            AssertClose(golden[axis], found[axis], $"spacing along axis {axis}");
        }
    }

    private static void AssertAffine(ManifestLine line, VolumeHeader header)
    {
        if (GoldenAffine.Of(line) is not { } golden)
        {
            return;
        }

        // NIfTI's unit is applied by us and not by the golden reader.
        var scale = header.Fields.GetValueOrDefault("xyzt_units") is { } units
            ? (int.Parse(units, CultureInfo.InvariantCulture) & 7) switch
            {
                1 => 1000.0,
                3 => 0.001,
                _ => 1,
            }
            : 1;
        var largest = golden.ToRows().Max(Math.Abs) * scale;
        foreach (var corner in Corners)
        {
            var difference = (header.Geometry.IndexToWorld.Apply(corner) - (golden.Apply(corner) * scale)).Length;
            Assert.IsTrue(
                difference <= RelativeTolerance * Math.Max(1, largest),
                $"Voxel {corner} lies {difference} mm from its golden position."
            );
        }

        if (line.Fields["axcodes"] is { Length: 3 } code)
        {
            Assert.AreEqual(code, header.Geometry.OrientationCode);
        }
    }

    private static void AssertScaling(ManifestLine line, VolumeHeader header)
    {
        if (line.Numbers("slope") is [var slope and not 0] && line.Kind.StartsWith("Nifti", StringComparison.Ordinal))
        {
            AssertClose(slope, header.Scaling.Slope, "slope");
            AssertClose(line.Numbers("inter")[0], header.Scaling.Intercept, "intercept");
        }
    }

    /// <summary>Golden sums of components: "R:220 G:220 B:220" or "(6+6j)".</summary>
    private static void AssertComponentSums(string golden, Volume volume)
    {
        var sums = Number().Matches(golden).Select(m => double.Parse(m.Value, CultureInfo.InvariantCulture)).ToArray();
        for (var component = 0; component < sums.Length; component++)
        {
            var sum = 0.0;
            for (var channel = component; channel < volume.Shape.Channels; channel += sums.Length)
            {
                sum += VolumeStatistics.Of(volume.Channel(channel)).Sum;
            }

            AssertClose(sums[component], sum, $"sum of component {component}");
        }
    }

    private static double Scale(ManifestLine line) => Math.Max(Math.Abs(line.Numbers("min")[0]), Math.Abs(line.Numbers("max")[0]));

    private static void AssertClose(double expected, double actual, string what, double scale = 0)
    {
        var tolerance = RelativeTolerance * Math.Max(Math.Abs(expected), scale * 1e-3);
        Assert.IsTrue(Math.Abs(expected - actual) <= tolerance, $"The {what} is {actual}; the golden value is {expected}.");
    }

    [GeneratedRegex("ElementDataFile *= *([^\r\n]+)")]
    private static partial Regex DataFile();

    [GeneratedRegex("ch=([0-9]+)")]
    private static partial Regex ChannelCount();

    [GeneratedRegex("[-+]?[0-9]+(\\.[0-9]+)?")]
    private static partial Regex Number();
}
