using Microsoft.ML.MedicalSegmentation.Columns;

namespace Microsoft.ML.MedicalSegmentation.Metrics;

/// <summary>Voxels whose truth is of no class count in no metric.</summary>
[TestClass]
public sealed class IgnoredVoxelsTests
{
    private static readonly LabelClass[] Classes = [new(0, "background"), new(1, "x"), new(255, "ignore") { IsIgnored = true }];

    [TestMethod]
    public void Evaluate_IgnoredTruth_CountsNowhere()
    {
        // 6 voxels that count: TP 2, FP 1, FN 1, TN 2; 4 that do not, whatever the prediction says there.
        var truth = Labels([1, 1, 0, 1, 0, 0, 255, 255, 255, 255]);
        var prediction = Labels([1, 1, 1, 0, 0, 0, 1, 0, 1, 0]);
        var metrics = MetricList.Find(["dice", "iou", "specificity", "volume"]);
        var result = Evaluate(truth, prediction, metrics);
        CollectionAssert.AreEqual(new[] { "x" }, result.Classes.Select(c => c.Class.Name).ToArray());
        Assert.AreEqual(new OverlapCounts(2, 1, 1), result.Cases[0].Overlaps[0]);
        Assert.AreEqual(2.0 / 3, result.Cases[0].Values[2][0], 1e-12);
        Assert.AreEqual(
            6,
            Enumerable.Range(0, 2).Sum(truth => Enumerable.Range(0, 2).Sum(predicted => result.Confusion[truth, predicted]))
        );
    }

    [TestMethod]
    public void Evaluate_Surfaces_DoNotSeeIgnoredVoxels()
    {
        var truth = Labels([0, 1, 1, 0, 0, 0, 0, 0, 0, 255]);
        var far = Labels([0, 1, 1, 0, 0, 0, 0, 0, 0, 1]);
        Assert.AreEqual(0, Evaluate(truth, far, MetricList.Find(["hd"])).Cases[0].Values[0][0], 1e-12);
    }

    [TestMethod]
    public void Evaluate_ClassesOfTheData_KeepTheIgnoredValue()
    {
        var context = new MLContext(1);
        var rows = context.Data.LoadFromEnumerable([new Row
        {
            Label = Labels([1, 0, 255]).WithClasses(Classes),
            PredictedLabel = Labels([1, 0, 1]).WithClasses([Classes[0], Classes[1]]),
        }]);
        Assert.AreEqual(1, context.MedicalSegmentation().Evaluate(rows).Cases[0].Dice[0], 1e-12);
    }

    [TestMethod]
    public void Add_MirroredLabels_AreBroughtToThePredictionsAxes()
    {
        var mirrored = LabelVolume.Create(
            [0, 0, 1],
            new(1, 1, 1, 3),
            new(new AffineTransform(new(-1, 0, 0), new(0, 1, 0), new(0, 0, 1), new(2, 0, 0)))
        );
        var evaluator = new SegmentationEvaluator([new(1, "x")]);
        Assert.AreEqual(new OverlapCounts(1, 0, 0), evaluator.Add(mirrored, Labels([1, 0, 0]))[0]);
    }

    [TestMethod]
    public void Annotations_CarryTheIgnoredValue()
        => CollectionAssert.AreEqual(Classes, ClassAnnotations.ReadClasses(ClassAnnotations.OfClasses(Classes)).ToArray());

    private static SegmentationMetrics Evaluate(LabelVolume truth, LabelVolume prediction, IReadOnlyList<SegmentationMetric> metrics)
    {
        var evaluator = new SegmentationEvaluator(Classes, metrics: metrics);
        evaluator.Add(truth, prediction);
        return evaluator.ToMetrics();
    }

    private static LabelVolume Labels(byte[] values) => LabelVolume.Create(values, new(1, 1, 1, values.Length));

    private sealed class Row
    {
        [LabelVolumeColumn]
        public LabelVolume Label { get; set; } = Labels([0]);

        [LabelVolumeColumn]
        public LabelVolume PredictedLabel { get; set; } = Labels([0]);
    }
}
