namespace Microsoft.ML.MedicalSegmentation.Metrics;

[TestClass]
public sealed class SegmentationEvaluatorTests
{
    private static readonly LabelClass[] TwoClasses = [new(0, "background"), new(1, "kidney"), new(2, "tumour")];

    [TestMethod]
    [DynamicData(nameof(HandCheckedPairs))]
    public void Add_HandCheckedPair_GivesItsDiceAndIoU(string name, LabelVolume prediction, LabelVolume truth, double dice, double iou)
    {
        var evaluator = new SegmentationEvaluator(TwoClasses[..2]);

        evaluator.Add(truth, prediction, name);
        var metrics = evaluator.ToMetrics();

        Assert.AreEqual(dice, metrics.MeanDice, 1e-6);
        Assert.AreEqual(iou, metrics.MeanIoU, 1e-6);
    }

    /// <summary>Small pairs whose overlap can be counted by hand.</summary>
    public static IEnumerable<object[]> HandCheckedPairs
    {
        get
        {
            var square = Draw(1, 8, 8, (_, y, x) => y is >= 1 and < 5 && x is >= 1 and < 5);
            yield return
            [
                "square and the square one column on",
                square,
                Draw(1, 8, 8, (_, y, x) => y is >= 1 and < 5 && x is >= 2 and < 6),
                0.75,
                0.6,
            ];
            yield return
            [
                "square and a stray voxel",
                Draw(1, 8, 8, (_, y, x) => (y is >= 1 and < 5 && x is >= 1 and < 5) || (y, x) == (7, 7)),
                square,
                0.969697,
                0.941176,
            ];
            yield return
            [
                "cube and the cube without its last layer",
                Draw(5, 5, 5, (z, y, x) => InCube(z, y, x, 4)),
                Draw(5, 5, 5, (z, y, x) => InCube(z, y, x, 3)),
                0.8,
                0.666667,
            ];
            yield return ["two points", Draw(1, 1, 8, (_, _, x) => x == 2), Draw(1, 1, 8, (_, _, x) => x == 5), 0.0, 0.0];
            yield return ["runs of 20 and 25", Draw(1, 1, 30, (_, _, x) => x < 20), Draw(1, 1, 30, (_, _, x) => x < 25), 0.888889, 0.8];
        }
    }

    [TestMethod]
    public void ToMetrics_CasesWithAndWithoutTheClass_AveragesThoseThatHaveIt()
    {
        // Dice 4/5, not a number, 2/3.
        var evaluator = new SegmentationEvaluator(TwoClasses[..2]);
        evaluator.Add(Row(1, 1, 1, 0), Row(1, 1, 0, 0));
        evaluator.Add(Row(0, 0, 0, 0), Row(0, 0, 0, 0));
        evaluator.Add(Row(1, 1, 1, 1, 0, 0), Row(1, 1, 1, 0, 1, 1));

        var kidney = evaluator.ToMetrics().Classes.Single();

        Assert.AreEqual((0.8 + (6.0 / 9)) / 2, kidney.Dice, 1e-12);
        Assert.AreEqual(2, kidney.CasesUsed);
        Assert.AreEqual(1, kidney.CasesExcluded);
        Assert.IsTrue(double.IsNaN(evaluator.ToMetrics().Cases[1].Dice[0]));
    }

    [TestMethod]
    public void ToMetrics_ClassThatNoCaseHas_IsLeftOutOfTheMeanAndSaysSo()
    {
        var evaluator = new SegmentationEvaluator(TwoClasses);
        evaluator.Add(Row(1, 1, 0), Row(1, 1, 0));

        var metrics = evaluator.ToMetrics();

        Assert.AreEqual(1, metrics.MeanDice);
        Assert.IsTrue(double.IsNaN(metrics.Classes[1].Dice));
        Assert.AreEqual((0, 1), (metrics.Classes[1].CasesUsed, metrics.Classes[1].CasesExcluded));
        StringAssert.Contains(metrics.ToString(), "n/a");
    }

    [TestMethod]
    [DataRow(EmptyPolicy.One, 0.75)]
    [DataRow(EmptyPolicy.Zero, 0.25)]
    public void ToMetrics_EmptyCaseUnderAnotherPolicy_CountsIt(EmptyPolicy policy, double expected)
    {
        var evaluator = new SegmentationEvaluator(TwoClasses[..2], policy);
        evaluator.Add(Row(1, 1, 1, 0), Row(0, 1, 0, 0));
        evaluator.Add(Row(0, 0, 0, 0), Row(0, 0, 0, 0));

        Assert.AreEqual(expected, evaluator.ToMetrics().MeanDice, 1e-12);
        Assert.AreEqual(0, evaluator.ToMetrics().Classes[0].CasesExcluded);
    }

    [TestMethod]
    public void ToMetrics_LabelMissedEntirely_IsZeroNotExcluded()
    {
        var evaluator = new SegmentationEvaluator(TwoClasses[..2]);
        evaluator.Add(Row(1, 1), Row(0, 0));
        evaluator.Add(Row(0, 0), Row(1, 0));

        Assert.AreEqual(0, evaluator.ToMetrics().MeanDice);
        Assert.AreEqual(2, evaluator.ToMetrics().Classes[0].CasesUsed);
    }

    [TestMethod]
    public void ToMetrics_SeveralClasses_MeansOverCasesThenClasses()
    {
        var evaluator = new SegmentationEvaluator(TwoClasses);
        evaluator.Add(Row(1, 1, 2, 0), Row(1, 2, 2, 0), "first");
        evaluator.Add(Row(1, 1, 2, 2), Row(1, 1, 2, 2), "second");

        var metrics = evaluator.ToMetrics();

        Assert.AreEqual((2.0 / 3 + 1) / 2, metrics.Classes[0].Dice, 1e-12);
        Assert.AreEqual((2.0 / 3 + 1) / 2, metrics.Classes[1].Dice, 1e-12);
        CollectionAssert.AreEqual(new[] { "first", "second" }, metrics.Cases.Select(c => c.Name).ToArray());
        Assert.AreEqual(new OverlapCounts(1, 1, 0), metrics.Cases[0].Overlaps[1]);
        StringAssert.Contains(metrics.ToString(), "tumour");
        StringAssert.Contains(metrics.ToString(), "0.8333");
    }

    [TestMethod]
    public void ToMetrics_IncludingBackground_MeasuresValueZero()
    {
        var evaluator = new SegmentationEvaluator(TwoClasses[..2], includeBackground: true);
        evaluator.Add(Row(1, 0, 0, 0), Row(0, 0, 0, 0));

        Assert.AreEqual(6.0 / 7, evaluator.ToMetrics().Classes[0].Dice, 1e-12);
    }

    [TestMethod]
    public void ToMetrics_WithoutClasses_MeasuresEveryValueThatOccurs()
    {
        var evaluator = new SegmentationEvaluator();
        evaluator.Add(Row(7, 7), Row(7, 7));
        evaluator.Add(Row(3, 0), Row(3, 3));

        var metrics = evaluator.ToMetrics();

        CollectionAssert.AreEqual(new[] { 3, 7 }, metrics.Classes.Select(c => c.Class.Value).ToArray());
        Assert.AreEqual(1, metrics.Classes[0].CasesExcluded);
        Assert.AreEqual(2.0 / 3, metrics.Classes[0].Dice, 1e-12);
    }

    [TestMethod]
    public void Add_LongVolumesOfEveryWidth_AgreesWithCountingVoxelByVoxel()
    {
        var random = new Random(5);
        var shape = new VolumeShape(1, 3, 17, 41);
        var truth = new ushort[shape.Count];
        var prediction = new ushort[shape.Count];
        for (int i = 0, run = 0, label = 0; i < truth.Length; i++, run--)
        {
            (run, label) = run > 0 ? (run, label) : (random.Next(1, 90), random.Next(3));
            truth[i] = (ushort)label;
            prediction[i] = random.NextDouble() < 0.98 ? truth[i] : (ushort)random.Next(3);
        }

        var (wideTruth, widePrediction) = (LabelVolume.Create(truth, shape), LabelVolume.Create(prediction, shape));
        var (narrowTruth, narrowPrediction) = (Narrow(truth, shape), Narrow(prediction, shape));
        foreach (var (t, p) in new[] { (wideTruth, widePrediction), (narrowTruth, narrowPrediction), (narrowTruth, widePrediction) })
        {
            var overlaps = new SegmentationEvaluator(TwoClasses).Add(t, p);
            for (var k = 1; k <= 2; k++)
            {
                var pairs = truth.Zip(prediction).ToList();
                Assert.AreEqual(pairs.Count(v => v.First == k && v.Second == k), overlaps[k - 1].TruePositives);
                Assert.AreEqual(pairs.Count(v => v.First != k && v.Second == k), overlaps[k - 1].FalsePositives);
                Assert.AreEqual(pairs.Count(v => v.First == k && v.Second != k), overlaps[k - 1].FalseNegatives);
            }
        }
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Add_ValueOutsideTheClasses_NamesCaseValueAndPlace(bool inTruth)
    {
        // Both rows of 40 equal the stray value, so that the stretch would count as a whole if it were a class.
        var stray = LabelVolume.Create(Enumerable.Repeat((byte)9, 40).ToArray(), new(1, 1, 2, 20));
        var clean = LabelVolume.Create(new byte[40], new(1, 1, 2, 20));

        var error = Assert.ThrowsExactly<ArgumentException>(
            () => new SegmentationEvaluator(TwoClasses).Add(inTruth ? stray : clean, inTruth ? clean : stray, "case 12"));

        StringAssert.Contains(error.Message, "case 12");
        StringAssert.Contains(error.Message, inTruth ? "the label has value 9" : "the prediction has value 9");
        StringAssert.Contains(error.Message, "[z 0, y 0, x 0]");
        StringAssert.Contains(error.Message, "2 tumour");
    }

    [TestMethod]
    public void Add_BothHaveTheSameUnknownValue_StillFails()
    {
        var stray = LabelVolume.Create(Enumerable.Repeat((byte)9, 64).ToArray(), new(1, 1, 1, 64));

        Assert.ThrowsExactly<ArgumentException>(() => new SegmentationEvaluator(TwoClasses).Add(stray, stray));
    }

    [TestMethod]
    public void Add_OtherShape_NamesBothSizesAndTheRow()
    {
        var evaluator = new SegmentationEvaluator(TwoClasses);
        evaluator.Add(Row(1, 0), Row(1, 0));

        var error = Assert.ThrowsExactly<ArgumentException>(() => evaluator.Add(Row(1, 0, 0), Row(1, 0)));

        StringAssert.Contains(error.Message, "row 1");
        StringAssert.Contains(error.Message, "3 x 1 x 1");
        StringAssert.Contains(error.Message, "2 x 1 x 1");
    }

    [TestMethod]
    public void Add_OtherGeometry_SaysHowFarApart()
    {
        var moved = Row(1, 0).WithGeometry(VolumeGeometry.Identity.Shifted(new(0, 0, 7)));

        var error = Assert.ThrowsExactly<ArgumentException>(() => new SegmentationEvaluator(TwoClasses).Add(Row(1, 0), moved));

        StringAssert.Contains(error.Message, "7 mm apart");
    }

    [TestMethod]
    public void ToMetrics_WithoutCases_Throws()
        => Assert.ThrowsExactly<InvalidOperationException>(() => new SegmentationEvaluator(TwoClasses).ToMetrics());

    [TestMethod]
    public void Constructor_RepeatedValue_NamesBothClasses()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => new SegmentationEvaluator([new(1, "left"), new(1, "right")]));

        StringAssert.Contains(error.Message, "left, right");
    }

    [TestMethod]
    public void Add_InstanceNumbersAsLabels_AreRefused()
    {
        var many = LabelVolume.Create([.. Enumerable.Range(0, 2000).Select(i => (ushort)i)], new(1, 1, 1, 2000));

        var error = Assert.ThrowsExactly<ArgumentException>(() => new SegmentationEvaluator().Add(many, many));

        StringAssert.Contains(error.Message, "more than 1024 label values");
    }

    private static bool InCube(int z, int y, int x, int end) => z is >= 1 and < 4 && y is >= 1 and < 4 && x >= 1 && x < end;

    private static LabelVolume Row(params byte[] labels) => LabelVolume.Create(labels, new(1, 1, 1, labels.Length));

    private static LabelVolume Narrow(ushort[] labels, VolumeShape shape) => LabelVolume.Create([.. labels.Select(l => (byte)l)], shape);

    private static LabelVolume Draw(int depth, int height, int width, Func<int, int, int, bool> inside)
    {
        var labels = new byte[depth * height * width];
        for (var i = 0; i < labels.Length; i++)
        {
            labels[i] = inside(i / width / height, i / width % height, i % width) ? (byte)1 : (byte)0;
        }

        return LabelVolume.Create(labels, new(1, depth, height, width));
    }
}
