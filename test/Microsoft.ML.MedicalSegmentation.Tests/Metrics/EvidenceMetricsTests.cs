using System.Text.Json;

namespace Microsoft.ML.MedicalSegmentation.Metrics;

[TestClass]
public sealed class EvidenceMetricsTests
{
    [TestMethod]
    public void Confusion_OfTwoCases_CountsVoxelsByClassInTruthAndPrediction()
    {
        var evaluator = new SegmentationEvaluator([new(1, "a"), new(2, "b")]);
        evaluator.Add(Row("00112"), Row("01122"), "first", "x");
        evaluator.Add(Row("22"), Row("20"), "second", "y");

        var metrics = evaluator.ToMetrics();

        var expected = new long[,] { { 1, 1, 0 }, { 0, 1, 1 }, { 1, 0, 2 } };
        for (var truth = 0; truth < 3; truth++)
        {
            for (var prediction = 0; prediction < 3; prediction++)
            {
                Assert.AreEqual(expected[truth, prediction], metrics.Confusion[truth, prediction], $"{truth} {prediction}");
            }
        }

        Assert.AreEqual(2 / 3.0, metrics.Confusion.ShareOfTruth(2, 2), 1e-12);
        Assert.AreEqual(1, metrics.ByGroup()[1].Metrics.Confusion[2, 0]);
        Assert.AreEqual(0, metrics.ByGroup()[1].Metrics.Confusion[1, 1]);
        using var json = JsonDocument.Parse(metrics.ToJson());
        Assert.AreEqual(2, json.RootElement.GetProperty("confusion").GetProperty("voxels")[2][2].GetInt64());
        Assert.AreEqual("x", json.RootElement.GetProperty("groups")[0].GetProperty("name").GetString());
    }

    [TestMethod]
    public void LesionRecallBySize_PutsEachTrueLesionIntoItsRange()
    {
        // Lesions of 1, 2 and 4 voxels at 2 mm³ each; the second is found.
        var evaluator = new SegmentationEvaluator([new(1, "a")], metrics: MetricList.Find("lesion-recall"));
        evaluator.Add(Row("10110111100", spacing: 2), Row("00010000000", spacing: 2), "one");

        var sizes = evaluator.ToMetrics().LesionRecallBySize(0, 0, 3, 6);

        CollectionAssert.AreEqual(new[] { 1, 1, 1 }, sizes.Select(size => size.Count).ToArray());
        CollectionAssert.AreEqual(new[] { 0, 1, 0 }, sizes.Select(size => size.Found).ToArray());
        Assert.AreEqual(double.PositiveInfinity, sizes[2].To);
        Assert.ThrowsExactly<ArgumentException>(() => evaluator.ToMetrics().LesionRecallBySize(0, 5, 3));
    }

    [TestMethod]
    public void LesionRecallBySize_WithoutAMetricOfLesions_SaysWhatToMeasure()
    {
        var evaluator = new SegmentationEvaluator([new(1, "a")]);
        evaluator.Add(Row("01"), Row("01"));
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => evaluator.ToMetrics().LesionRecallBySize(0)).Message,
            "lesion-recall"
        );
    }

    [TestMethod]
    public void CalibrationError_OfHandWorkedProbabilities_IsTheMeanGapOfTheBins()
    {
        // Two voxels at confidence 0.9, one of them right; two at 0.6, both right.
        var probabilities = Volume.Create<float>([0.9f, 0.1f, 0.6f, 0.4f, 0.1f, 0.9f, 0.4f, 0.6f], new VolumeShape(2, 1, 1, 4));
        var calibration = new CalibrationError();

        calibration.Add(Row("0001"), probabilities, [new(0, "background"), new(1, "a")]);

        // Voxels 0 and 1: confidence 0.9, right 1 of 2. Voxels 2 and 3: confidence 0.6, right 2 of 2.
        Assert.AreEqual(((0.4 * 2) + (0.4 * 2)) / 4, calibration.Expected, 1e-6);
        Assert.AreEqual(0.4, calibration.Maximum, 1e-6);

        // Foreground in truth or prediction: voxel 1 (0.9, wrong) and voxel 3 (0.6, right).
        Assert.AreEqual((0.9 + 0.4) / 2, calibration.ExpectedInForeground, 1e-6);
        Assert.ThrowsExactly<ArgumentException>(() => calibration.Add(Row("0001"), probabilities, [new(0, "background")]));
    }

    [TestMethod]
    public void CalibrationError_OfProbabilitiesThatAreTheFrequencies_IsSmall()
    {
        var random = new Random(5);
        var (labels, values) = (new byte[40000], new float[80000]);
        for (var i = 0; i < labels.Length; i++)
        {
            var p = random.NextSingle();
            labels[i] = random.NextSingle() < p ? (byte)1 : (byte)0;
            (values[i], values[labels.Length + i]) = (1 - p, p);
        }

        var calibration = new CalibrationError();
        calibration.Add(
            LabelVolume.Create(labels, new(1, 1, 200, 200)),
            Volume.Create(values, new VolumeShape(2, 1, 200, 200)),
            [new(0, "b"), new(1, "a")]
        );

        Assert.IsTrue(calibration.Expected < 0.02, $"{calibration.Expected}");
    }

    [TestMethod]
    public void ReadColumn_GivesTheValueOfEachCase()
    {
        using var folder = new TemporaryFolder();
        var context = new MLContext();
        var table = folder.Write("t.csv", "Case,Scanner\na,\"GE, 3T\"\nb,Siemens\n");
        var values = context.MedicalSegmentation().Data.ReadColumn(table, "scanner");
        Assert.AreEqual("GE, 3T", values["a"]);
        Assert.AreEqual("Siemens", values["b"]);
        StringAssert.Contains(
            Assert.ThrowsExactly<InputDataException>(() => context.MedicalSegmentation().Data.ReadColumn(table, "site")).Message,
            "Scanner"
        );
        folder.Write("t.csv", "case,scanner\na,x\na,y\n");
        StringAssert.Contains(
            Assert.ThrowsExactly<InputDataException>(() => context.MedicalSegmentation().Data.ReadColumn(table, "scanner")).Message,
            "line 3"
        );
    }

    private static LabelVolume Row(string labels, double spacing = 1) =>
        LabelVolume.Create(
            [.. labels.Select(label => (byte)(label - '0'))],
            new VolumeShape(1, 1, 1, labels.Length),
            VolumeGeometry.FromSpacing(spacing, 1, 1)
        );
}
