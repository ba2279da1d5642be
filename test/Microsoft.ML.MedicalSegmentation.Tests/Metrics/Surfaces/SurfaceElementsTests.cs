using System.Text.Json;

namespace Microsoft.ML.MedicalSegmentation.Metrics.Surfaces;

[TestClass]
public sealed class SurfaceElementsTests
{
    private static readonly (string Key, string Golden)[] Measures =
    [
        ("hd95-area", "hd95"),
        ("msd-area", "avg_pred_to_gt"),
        ("nsd-area@1", "nsd_1mm"),
        ("nsd-area@2", "nsd_2mm"),
    ];

    // golden/metrics: values of google-deepmind/surface-distance.
    [TestMethod]
    public void Metrics_OfGoldenPairs_AreThoseOfSurfaceDistance()
    {
        using var file = JsonDocument.Parse(File.ReadAllText(TestData.RequireGolden("metrics/metrics.json")));
        var compared = 0;
        foreach (var one in file.RootElement.GetProperty("cases").EnumerateArray())
        {
            var name = one.GetProperty("name").GetString() ?? "";
            double[] spacing = [.. one.GetProperty("spacing").EnumerateArray().Select(number => number.GetDouble())];
            int[] size = [.. one.GetProperty("shape").EnumerateArray().Select(number => number.GetInt32())];
            var (truth, prediction) = (Read(one, "ref", size, spacing), Read(one, "pred", size, spacing));

            if (!truth.Voxels.Bytes.Contains((byte)1) || !prediction.Voxels.Bytes.Contains((byte)1))
            {
                continue;
            }

            var evaluator = new SegmentationEvaluator([new(1, "structure")], metrics: MetricList.Find(Measures.Select(m => m.Key)));
            evaluator.Add(truth, prediction, name);
            var values = evaluator.ToMetrics().Cases[0].Values;
            var expected = one.GetProperty("surface_distance");
            for (var i = 0; i < Measures.Length; i++)
            {
                Assert.AreEqual(expected.GetProperty(Measures[i].Golden).GetDouble(), values[i][0], 1e-9, $"{name} {Measures[i].Key}");
                compared++;
            }

            var elements = SurfaceElements.Measure(truth, prediction, 1, VolumeRegion.All(truth.Shape), new());
            Assert.AreEqual(expected.GetProperty("hd").GetDouble(), elements.Percentile(100), 1e-9, name);
            Assert.AreEqual(expected.GetProperty("avg_gt_to_pred").GetDouble(), elements.AverageFromTruth, 1e-9, name);
        }

        Assert.AreEqual(14 * Measures.Length, compared);
    }

    [TestMethod]
    public void AreaOf_ShapesThatArePlanes_IsTheirArea()
    {
        var areas = SurfaceElementAreas.Of(new(0.5, 2, 3), isImage: false);
        Assert.AreEqual(2 * 3.0, areas[0b0101_0101], 1e-12, "a face across x");
        Assert.AreEqual(0.5 * 3, areas[0b0011_0011], 1e-12, "a face across y");
        Assert.AreEqual(0.5 * 2, areas[0b0000_1111], 1e-12, "a face across z");
        Assert.AreEqual(0, areas[0] + areas[255]);
        for (var code = 1; code < 255; code++)
        {
            Assert.IsGreaterThan(0, areas[code], $"{code}");
        }
    }

    [TestMethod]
    public void Image_OfASquareThatMoves_HasItsContoursLengths()
    {
        // A square of 2 x 2 voxels of 1 x 3 mm: four corners of half a diagonal, and one element on each side.
        byte[] square = [0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0];
        var geometry = VolumeGeometry.FromSpacing(1, 3, 1);
        var truth = LabelVolume.Create(square, new(1, 1, 4, 5), geometry);
        var moved = LabelVolume.Create([.. square.Skip(19), .. square.SkipLast(1)], new(1, 1, 4, 5), geometry);

        var elements = SurfaceElements.Measure(truth, moved, 1, VolumeRegion.All(truth.Shape), new() { MaxDegreeOfParallelism = 1 });

        // Four of eight elements of each lie on the other; four lie 1 mm away: two corners and both sides of 3 mm.
        var corner = Math.Sqrt(10) / 2;
        var (all, away) = ((4 * corner) + 2 + 6, (2 * corner) + 6);
        Assert.AreEqual(1 - (away / all), elements.SurfaceDice(0), 1e-12);
        Assert.AreEqual(away / all, elements.AverageFromTruth, 1e-12);
        Assert.AreEqual(1, elements.Percentile(95));
    }

    private static LabelVolume Read(JsonElement one, string name, int[] size, double[] spacing)
    {
        var bytes = File.ReadAllBytes(TestData.RequireGolden($"metrics/{one.GetProperty(name).GetString()}"));
        var voxels = bytes[^(size[0] * size[1] * size[2])..];

        // An empty slice beside a single one keeps the 3-D definition.
        var shape = new VolumeShape(1, Math.Max(size[0], 2), size[1], size[2]);
        Array.Resize(ref voxels, (int)shape.Count);
        return LabelVolume.Create(voxels, shape, VolumeGeometry.FromSpacing(spacing[2], spacing[1], spacing[0]));
    }
}
