using System.Text.Json.Nodes;

namespace Microsoft.ML.MedicalSegmentation.Planning;

[TestClass]
public sealed class NnUNetFingerprintTests
{
    [TestMethod]
    public void Of_RealHippocampi_IsNnUNetsFingerprint()
    {
        var golden = PlanningFingerprint.LoadNnUNet(TestData.RequireGolden("nnunet/planning/hippocampus/dataset_fingerprint.json"));
        var data = new MLContext(1).MedicalSegmentation().Data;
        var report = data.Validate(data.Read(TestData.RequireData("hippocampus")), new() { ForegroundSamples = 10_000_000 });
        var fingerprint = PlanningFingerprint.Of(report.Fingerprint!);
        CollectionAssert.AreEquivalent(Rows(golden.CroppedShapes), Rows(fingerprint.CroppedShapes));
        CollectionAssert.AreEquivalent(Rows(golden.Spacings), Rows(fingerprint.Spacings));
        Assert.AreEqual(golden.MedianRelativeSize, fingerprint.MedianRelativeSize);
        var (expected, actual) = (golden.ForegroundIntensities.Single(), fingerprint.ForegroundIntensities.Single());
        AreEqualToThreeDigits(expected.Mean, actual.Mean);
        AreEqualToThreeDigits(expected.Median, actual.Median);
        AreEqualToThreeDigits(expected.StandardDeviation, actual.StandardDeviation);
        AreEqualToThreeDigits(expected.Minimum, actual.Minimum);
        AreEqualToThreeDigits(expected.Maximum, actual.Maximum);
        AreEqualToThreeDigits(expected.LowerPercentile, actual.LowerPercentile);
        AreEqualToThreeDigits(expected.UpperPercentile, actual.UpperPercentile);
    }

    [TestMethod]
    public void SaveNnUNet_GoldenFingerprint_IsTheSameFile()
    {
        var path = TestData.RequireGolden("nnunet/planning/nonzero_mask_2ch_ct_mr/dataset_fingerprint.json");
        using var folder = new TemporaryFolder();
        PlanningFingerprint.LoadNnUNet(path).SaveNnUNet(folder["f.json"]);
        Assert.AreEqual(
            "",
            string.Join(
                "\n",
                JsonComparison.Differences(JsonNode.Parse(File.ReadAllText(path)), JsonNode.Parse(File.ReadAllText(folder["f.json"])))
            )
        );
    }

    [TestMethod]
    [DataRow(
        "{ \"spacings\": [[1, 1]], \"shapes_after_crop\": [[2, 2, 2]], \"median_relative_size_after_cropping\": 1, "
            + "\"foreground_intensity_properties_per_channel\": {} }",
        "[1, 1]"
    )]
    [DataRow(
        "{ \"spacings\": [[1, 1, -1]], \"shapes_after_crop\": [[2, 2, 2]], \"median_relative_size_after_cropping\": 1, "
            + "\"foreground_intensity_properties_per_channel\": {} }",
        "-1"
    )]
    [DataRow(
        "{ \"spacings\": [[1, 1, 1]], \"shapes_after_crop\": [[2, 2.5, 2]], \"median_relative_size_after_cropping\": 2, "
            + "\"foreground_intensity_properties_per_channel\": {} }",
        "2.5"
    )]
    [DataRow("{ \"spacings\": 3 }", "shapes_after_crop")]
    [DataRow("[]", "Array")]
    [DataRow("no json", "not valid JSON")]
    public void LoadNnUNet_SomethingElse_SaysWhat(string text, string fact)
    {
        using var folder = new TemporaryFolder();
        var fault = Assert.ThrowsExactly<InputDataException>(() => PlanningFingerprint.LoadNnUNet(folder.Write("f.json", text)));
        StringAssert.Contains(fault.Message, fact);
        StringAssert.Contains(fault.Message, "f.json");
    }

    private static string[] Rows<T>(IReadOnlyList<IReadOnlyList<T>> rows) => [.. rows.Select(row => string.Join(",", row))];

    private static void AreEqualToThreeDigits(double expected, double actual) =>
        Assert.AreEqual(expected, actual, 5e-4 * Math.Abs(expected));
}
