using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Metrics;

[TestClass]
public sealed class SurfaceDistancesTests
{
    // Worked out by hand and by brute force; the pooled measures are also MedPy's.
    [TestMethod]
    [DataRow("shifted square", 1, 1.0, 1, 1, 1, 0.5, 0.5, 1)]
    [DataRow("shifted square", 3, 1.0, 3, 3, 3, 1.166667, 1.166667, 0.666667)]
    [DataRow("stray voxel", 1, 1.0, 4.242641, 0, 1.697056, 0.169706, 0.163178, 0.96)]
    [DataRow("cut cube", 1, 1.0, 1, 1, 1, 0.227273, 0.200855, 1)]
    [DataRow("cut cube", 2.5, 1.0, 2.5, 2.5, 2.5, 0.534091, 0.460470, 0.795455)]
    [DataRow("two points", 0.5, 1.0, 1.5, 1.5, 1.5, 1.5, 1.5, 0)]
    [DataRow("longer run", 1, 1.0, 5, 2.8, 3.8, 0.333333, 0.3, 0.911111)]
    public void Measures_OfHandWorkedCases_FollowTheirDefinitions(
        string name,
        double spacing,
        double tolerance,
        double hausdorff,
        double pooled95,
        double directed95,
        double pooledMean,
        double directedMean,
        double surfaceDice
    )
    {
        var (truth, prediction) = HandWorked(name, spacing);

        var distances = SurfaceDistances.Measure(truth, prediction, 1);

        Assert.AreEqual(hausdorff, distances.Hausdorff, 1e-6);
        Assert.AreEqual(pooled95, distances.Hausdorff95, 1e-6);
        Assert.AreEqual(directed95, distances.Hausdorff95MaximumOfDirected, 1e-6);
        Assert.AreEqual(pooledMean, distances.AverageSymmetric, 1e-6);
        Assert.AreEqual(directedMean, distances.AverageOfDirected, 1e-6);
        Assert.AreEqual(surfaceDice, distances.SurfaceDice(tolerance), 1e-6);
    }

    [TestMethod]
    [DataRow("shifted square", 12, 12)]
    [DataRow("stray voxel", 13, 12)]
    [DataRow("cut cube", 26, 18)]
    public void Surface_HasTheVoxelsThatErosionRemoves(string name, int ofTruth, int ofPrediction)
    {
        var (truth, prediction) = HandWorked(name, 1);

        var distances = SurfaceDistances.Measure(truth, prediction, 1);

        Assert.AreEqual((ofTruth, ofPrediction), (distances.FromTruth.Count, distances.FromPrediction.Count));
    }

    [TestMethod]
    [DataRow(1, 9, 11)]
    [DataRow(6, 7, 8)]
    [DataRow(12, 3, 5)]
    public void Distances_OfRandomLabels_EqualBruteForce(int depth, int height, int width)
    {
        var shape = new VolumeShape(1, depth, height, width);
        var geometry = VolumeGeometry.FromSpacing(0.7, 1.3, 2.9);
        for (var seed = 0; seed < 10; seed++)
        {
            var random = new RandomStream(seed);
            LabelVolume Draw(double share) =>
                LabelVolume.Create(
                    [
                        .. Enumerable
                            .Range(0, (int)shape.Count)
                            .Select(_ => random.NextDouble() < share ? (byte)2 : (byte)(random.NextDouble() < 0.5 ? 0 : 1)),
                    ],
                    shape,
                    geometry
                );
            var (truth, prediction) = (Draw(seed < 5 ? 0.05 : 0.7), Draw(seed % 2 == 0 ? 0.1 : 0.8));

            var distances = SurfaceDistances.Measure(truth, prediction, 2);

            var (from, to) = (BruteSurface(truth), BruteSurface(prediction));
            AssertEqual(from.Select(a => to.Min(b => Distance(a, b, geometry.Spacing))), distances.FromTruth);
            AssertEqual(to.Select(a => from.Min(b => Distance(a, b, geometry.Spacing))), distances.FromPrediction);
        }
    }

    [TestMethod]
    public void Measures_OfAThousandRandomPairs_EqualBruteForce()
    {
        for (var seed = 0; seed < 1000; seed++)
        {
            var random = new RandomStream(seed, 7);
            var shape = new VolumeShape(
                1,
                seed % 4 == 0 ? 1 : random.NextInt(1, 7),
                random.NextInt(1, 8),
                random.NextInt(1, seed % 5 == 0 ? 75 : 9)
            );
            var geometry = VolumeGeometry.FromSpacing(random.NextDouble(0.3, 4), random.NextDouble(0.3, 4), random.NextDouble(0.3, 4));
            var isWide = seed % 3 == 0;
            LabelVolume Draw(double share)
            {
                var labels = Enumerable
                    .Range(0, (int)shape.Count)
                    .Select(_ => random.NextDouble() < share ? 2 : random.NextInt(2))
                    .ToArray();
                return isWide
                    ? LabelVolume.Create([.. labels.Select(label => (ushort)label)], shape, geometry)
                    : LabelVolume.Create([.. labels.Select(label => (byte)label)], shape, geometry);
            }

            var (truth, prediction) = (Draw(random.NextDouble(0.02, 0.95)), Draw(random.NextDouble(0.02, 0.95)));

            var measured = SurfaceDistances.Measure(truth, prediction, [1, 2], maximumThreads: 1 + (seed % 3))[1];

            var (from, to) = (BruteSurface(truth), BruteSurface(prediction));
            if (from.Count == 0 || to.Count == 0)
            {
                Assert.AreEqual(from.Count == to.Count ? double.NaN : double.PositiveInfinity, measured.Hausdorff95);
                continue;
            }

            var fromTruth = from.Select(a => to.Min(b => Distance(a, b, geometry.Spacing))).Order().ToList();
            var fromPrediction = to.Select(a => from.Min(b => Distance(a, b, geometry.Spacing))).Order().ToList();
            List<double> pooled = [.. fromTruth.Concat(fromPrediction).Order()];
            var tolerance = random.NextDouble(0, 3);
            AssertEqual(fromTruth, measured.FromTruth);
            AssertEqual(fromPrediction, measured.FromPrediction);
            Assert.AreEqual(pooled[^1], measured.Hausdorff, 1e-9);
            Assert.AreEqual(LinearPercentile(pooled, 0.95), measured.Hausdorff95, 1e-9);
            Assert.AreEqual(
                Math.Max(LinearPercentile(fromTruth, 0.95), LinearPercentile(fromPrediction, 0.95)),
                measured.Hausdorff95MaximumOfDirected,
                1e-9
            );
            Assert.AreEqual(pooled.Average(), measured.AverageSymmetric, 1e-9);
            Assert.AreEqual((fromTruth.Average() + fromPrediction.Average()) / 2, measured.AverageOfDirected, 1e-9);
            Assert.AreEqual((double)pooled.Count(distance => distance <= tolerance) / pooled.Count, measured.SurfaceDice(tolerance), 1e-9);
        }
    }

    private static double LinearPercentile(List<double> sorted, double share)
    {
        var at = (sorted.Count - 1) * share;
        var below = sorted[(int)Math.Floor(at)];
        return below + ((at - Math.Floor(at)) * (sorted[(int)Math.Ceiling(at)] - below));
    }

    [TestMethod]
    public void Measures_WhereTheStructureIsInNeither_AreNotANumber()
    {
        var empty = Row("0000");

        var distances = SurfaceDistances.Measure(empty, empty, 1);

        Assert.IsTrue(
            double.IsNaN(distances.Hausdorff95) && double.IsNaN(distances.AverageSymmetric) && double.IsNaN(distances.SurfaceDice(1))
        );
    }

    [TestMethod]
    [DataRow("0110", "0000")]
    [DataRow("0000", "0110")]
    public void Measures_WhereTheStructureIsInOneOnly_AreInfinite_AndSurfaceDiceIsZero(string truth, string prediction)
    {
        var distances = SurfaceDistances.Measure(Row(truth), Row(prediction), 1);

        Assert.AreEqual(double.PositiveInfinity, distances.Hausdorff);
        Assert.AreEqual(double.PositiveInfinity, distances.Hausdorff95);
        Assert.AreEqual(double.PositiveInfinity, distances.AverageOfDirected);
        Assert.AreEqual(0, distances.SurfaceDice(100));
    }

    [TestMethod]
    public void Measure_OfOtherGrids_Fails()
    {
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => SurfaceDistances.Measure(Row("010"), Row("0100"), 1)).Message,
            "one grid"
        );
        StringAssert.Contains(
            Assert
                .ThrowsExactly<ArgumentException>(() =>
                    SurfaceDistances.Measure(Row("010"), Row("010").WithGeometry(VolumeGeometry.FromSpacing(2, 1, 1)), 1)
                )
                .Message,
            "one geometry");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => SurfaceDistances.Measure(Row("010"), Row("010"), 1).SurfaceDice(-1));
    }

    private static (LabelVolume Truth, LabelVolume Prediction) HandWorked(string name, double spacing) => name switch
    {
        "shifted square" => (Box(1, 8, 8, spacing, (0, 1), (1, 5), (1, 5)), Box(1, 8, 8, spacing, (0, 1), (1, 5), (2, 6))),
        "stray voxel" => (WithStray(Box(1, 8, 8, spacing, (0, 1), (1, 5), (1, 5))), Box(1, 8, 8, spacing, (0, 1), (1, 5), (1, 5))),
        "cut cube" => (Box(5, 5, 5, spacing, (1, 4), (1, 4), (1, 4)), Box(5, 5, 5, spacing, (1, 4), (1, 4), (1, 3))),
        "two points" => (Row("00100000", spacing), Row("00000100", spacing)),
        _ => (Row(new string('1', 20) + new string('0', 10), spacing), Row(new string('1', 25) + new string('0', 5), spacing)),
    };

    private static LabelVolume Row(string labels, double spacing = 1) =>
        LabelVolume.Create(
            [.. labels.Select(label => (byte)(label - '0'))],
            new VolumeShape(1, 1, 1, labels.Length),
            VolumeGeometry.FromSpacing(spacing, 1, 1)
        );

    private static LabelVolume Box(
        int depth, int height, int width, double spacing, (int From, int To) z, (int From, int To) y, (int From, int To) x)
    {
        var labels = new byte[depth * height * width];
        for (var at = 0; at < labels.Length; at++)
        {
            bool Within(int index, (int From, int To) range) => index >= range.From && index < range.To;
            labels[at] = Within(at / width / height, z) && Within(at / width % height, y) && Within(at % width, x) ? (byte)1 : (byte)0;
        }

        return LabelVolume.Create(labels, new VolumeShape(1, depth, height, width), VolumeGeometry.FromSpacing(spacing, 1, 1));
    }

    private static LabelVolume WithStray(LabelVolume square)
    {
        var labels = new int[64];
        square.CopyLabels(0, labels);
        labels[^1] = 1;
        return LabelVolume.Create([.. labels.Select(label => (byte)label)], square.Shape, square.Geometry);
    }

    private static List<(int Z, int Y, int X)> BruteSurface(LabelVolume volume)
    {
        var shape = volume.Shape;
        bool Has(int z, int y, int x) =>
            z >= 0 && z < shape.Depth && y >= 0 && y < shape.Height && x >= 0 && x < shape.Width && volume[z, y, x] == 2;
        return
        [
            .. from z in Enumerable.Range(0, shape.Depth)
               from y in Enumerable.Range(0, shape.Height)
               from x in Enumerable.Range(0, shape.Width)
               where Has(z, y, x)
               where !(Has(z, y - 1, x) && Has(z, y + 1, x) && Has(z, y, x - 1) && Has(z, y, x + 1)
                   && (shape.Depth == 1 || (Has(z - 1, y, x) && Has(z + 1, y, x))))
               select (z, y, x),
        ];
    }

    private static double Distance((int Z, int Y, int X) a, (int Z, int Y, int X) b, Vector3D spacing) =>
        new Vector3D((a.X - b.X) * spacing.X, (a.Y - b.Y) * spacing.Y, (a.Z - b.Z) * spacing.Z).Length;

    private static void AssertEqual(IEnumerable<double> expected, IReadOnlyList<double> actual)
    {
        var sorted = expected.Order().ToList();
        Assert.AreEqual(sorted.Count, actual.Count);
        for (var at = 0; at < sorted.Count; at++)
        {
            Assert.AreEqual(sorted[at], actual[at], 1e-9);
        }
    }
}
