using System.Text.Json;
using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Metrics;

[TestClass]
public sealed class MetricListTests
{
    // golden/metrics: values of MetricsReloaded, which takes outside the volume as background and never treats a slice as 2-D.
    [TestMethod]
    public void Metrics_OfGoldenPairs_AreThoseOfMetricsReloaded()
    {
        using var file = JsonDocument.Parse(File.ReadAllText(TestData.RequireGolden("metrics/metrics.json")));
        var compared = 0;
        foreach (var one in file.RootElement.GetProperty("cases").EnumerateArray())
        {
            var name = one.GetProperty("name").GetString() ?? "";
            double[] spacing = [.. one.GetProperty("spacing").EnumerateArray().Select(number => number.GetDouble())];
            int[] size = [.. one.GetProperty("shape").EnumerateArray().Select(number => number.GetInt32())];
            var (truth, prediction) = (
                Read(one.GetProperty("ref").GetString(), size, spacing),
                Read(one.GetProperty("pred").GetString(), size, spacing)
            );
            if (truth.Voxels.Bytes.IndexOf((byte)1) < 0 || prediction.Voxels.Bytes.IndexOf((byte)1) < 0)
            {
                continue;
            }

            var evaluator = new SegmentationEvaluator(
                [new(1, "structure")],
                metrics: MetricList.Find("dice", "hd", "hd95-directed", "assd", "masd", "nsd@1", "nsd@2")
            );
            evaluator.Add(truth, prediction, name);
            var values = evaluator.ToMetrics().Cases[0].Values.Select(metric => metric[0]).ToArray();
            var expected = one.GetProperty("MetricsReloaded");
            foreach (var (key, i) in new[] { "dice", "hd", "hd95", "assd", "masd", "nsd_1mm", "nsd_2mm" }.Select((key, i) => (key, i)))
            {
                Assert.AreEqual(expected.GetProperty(key).GetDouble(), values[i], 1e-9, $"{name} {key}");
                compared++;
            }
        }

        Assert.AreEqual(14 * 7, compared);
    }

    [TestMethod]
    public void Metrics_OfAHandWorkedPair_FollowTheirDefinitions()
    {
        // Truth 1 1 1 1 0 0 0 0 1, prediction 1 1 0 0 1 0 0 0 0 at 2 x 1 x 1 mm.
        var geometry = VolumeGeometry.FromSpacing(2, 1, 1);
        var truth = LabelVolume.Create([1, 1, 1, 1, 0, 0, 0, 0, 1], new(1, 1, 1, 9), geometry);
        var prediction = LabelVolume.Create([1, 1, 0, 0, 0, 0, 1, 0, 0], new(1, 1, 1, 9), geometry);
        string[] keys =
        [
            "sensitivity",
            "specificity",
            "precision",
            "volume",
            "true-volume",
            "volume-difference",
            "rvd",
            "lesion-recall",
            "lesion-precision",
            "pq",
        ];
        var evaluator = new SegmentationEvaluator([new(1, "a")], metrics: MetricList.Find(keys));

        evaluator.Add(truth, prediction);

        double[] expected = [2 / 5.0, 3 / 4.0, 2 / 3.0, 0.006, 0.010, -0.004, -0.4, 1 / 2.0, 1 / 2.0, 0];
        var values = evaluator.ToMetrics().Cases[0].Values;
        for (var i = 0; i < keys.Length; i++)
        {
            Assert.AreEqual(expected[i], values[i][0], 1e-12, keys[i]);
        }
    }

    [TestMethod]
    [DataRow(EmptyPolicy.Nan, double.NaN, double.NaN)]
    [DataRow(EmptyPolicy.One, 1.0, 0.0)]
    public void Metrics_OfAStructureInNeither_FollowThePolicy(EmptyPolicy policy, double overlap, double distance)
    {
        var empty = LabelVolume.Create(new byte[8], new(1, 2, 2, 2));
        var evaluator = new SegmentationEvaluator([new(1, "a")], policy, metrics: MetricList.Find("dice", "hd95", "nsd@1"));

        evaluator.Add(empty, empty);

        CollectionAssert.AreEqual(new[] { overlap, distance, overlap }, evaluator.ToMetrics().Cases[0].Values.Select(v => v[0]).ToArray());
    }

    [TestMethod]
    public void Distances_OfAMissedStructure_AreTheDiagonal()
    {
        var (empty, full) = (
            LabelVolume.Create(new byte[12], new(1, 1, 3, 4)),
            LabelVolume.Create(Enumerable.Repeat((byte)1, 12).ToArray(), new(1, 1, 3, 4))
        );
        var evaluator = new SegmentationEvaluator([new(1, "a")], metrics: MetricList.Find("hd95", "assd", "nsd@1"));

        evaluator.Add(full, empty);

        CollectionAssert.AreEqual(
            new[] { Math.Sqrt(13), Math.Sqrt(13), 0 }, evaluator.ToMetrics().Cases[0].Values.Select(v => v[0]).ToArray());
    }

    [TestMethod]
    public void Find_UnknownKey_ListsTheKeys()
        => StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => MetricList.Find("dcie")).Message, "hd95-directed");

    // scipy.stats.wilcoxon 1.10: exact without ties, mode "approx" for the last.
    [TestMethod]
    public void SignedRankTest_GivesSciPysProbabilities()
    {
        Assert.AreEqual(0.009765625, SignedRankTest.PValue([0.3, -0.1, 0.45, 0.2, 0.62, -0.05, 0.7, 0.81, 0.15, 0.33]), 1e-12);
        Assert.AreEqual(0.25, SignedRankTest.PValue([1, 1, 1, 0]), 1e-12); // ties: 2 of 8 signs are as extreme
        Assert.IsTrue(double.IsNaN(SignedRankTest.PValue([0, 0])));
        Assert.AreEqual(0.0393246482200441, SignedRankTest.PValue(Enumerable.Range(0, 60).Select(i => ((i * 37) % 61 - 25) / 8.0)), 1e-9);
    }

    [TestMethod]
    public void Compare_TwoModels_PairsCasesByName()
    {
        SegmentationMetrics Model(params (string Name, byte[] Labels)[] cases)
        {
            var evaluator = new SegmentationEvaluator([new(1, "a")]);
            foreach (var (name, labels) in cases)
            {
                evaluator.Add(
                    LabelVolume.Create([1, 1, 0, 0], new(1, 1, 1, 4)),
                    LabelVolume.Create(labels, new(1, 1, 1, 4)),
                    name,
                    group: name[..1]
                );
            }

            return evaluator.ToMetrics();
        }

        var first = Model(("x1", [1, 0, 0, 0]), ("x2", [1, 1, 0, 0]), ("y1", [0, 1, 0, 0]), ("only", [0, 0, 0, 0]));
        var second = Model(("y1", [1, 1, 0, 0]), ("x1", [1, 1, 0, 0]), ("x2", [1, 1, 0, 0]));

        var dice = first.Compare(second).First(c => c.Metric.Key == "dice" && c.Class is not null);

        Assert.AreEqual(3, dice.Count);
        Assert.AreEqual(2 / 9.0, dice.Difference, 1e-12);
        Assert.AreEqual(0.5, dice.PValue, 1e-12);
        Assert.IsTrue(dice.Lower <= dice.Difference && dice.Difference <= dice.Upper);
        Assert.AreEqual(5 / 6.0, first.ByGroup().Single(group => group.Group == "x").Metrics.MeanDice, 1e-12);
        var missing = first.WithMissingCases(["z"]);
        StringAssert.Contains(missing.ToCsv(), "x1,x,1,a,0.6666666666666666,0.5\n");
        using var json = JsonDocument.Parse(missing.ToJson());
        Assert.AreEqual("z", json.RootElement.GetProperty("missing")[0].GetString());
        Assert.AreEqual(4, json.RootElement.GetProperty("perCase").GetArrayLength());
        Assert.AreEqual(
            4,
            json.RootElement.GetProperty("classes")[0].GetProperty("metrics").GetProperty("dice").GetProperty("count").GetInt32()
        );
    }

    private static LabelVolume Read(string? name, int[] size, double[] spacing)
    {
        var bytes = File.ReadAllBytes(TestData.RequireGolden($"metrics/{name}"));
        var voxels = bytes[^(size[0] * size[1] * size[2])..];

        // An empty slice beside a single one keeps the 3-D definition.
        var shape = new VolumeShape(1, Math.Max(size[0], 2), size[1], size[2]);
        Array.Resize(ref voxels, (int)shape.Count);
        return LabelVolume.Create(voxels, shape, VolumeGeometry.FromSpacing(spacing[2], spacing[1], spacing[0]));
    }
}
