namespace Microsoft.ML.MedicalSegmentation.Scoring;

/// <summary>Cancellation, progress and warnings of what pipelines score.</summary>
[TestClass]
public sealed class ScoringScopeTests
{
    private static readonly VolumeShape Patch = new(1, 8, 8, 8);

    private readonly MLContext _ml = new(1);

    [TestMethod]
    public void Begin_WithACancelledToken_EndsTheRow()
    {
        using var scope = ScoringScope.Begin(new CancellationToken(canceled: true));
        Assert.ThrowsExactly<OperationCanceledException>(() => Score(TinyOnnx.Threshold(Patch)));
    }

    [TestMethod]
    public void Begin_WithProgress_IsToldUpToTheWhole()
    {
        var shares = new Shares();
        using (ScoringScope.Begin(default, shares))
        {
            Score(TinyOnnx.Threshold(Patch));
        }

        Assert.AreEqual(1, shares.Last());
        CollectionAssert.AreEqual(shares.Order().ToList(), shares);
    }

    [TestMethod]
    public void Begin_WithinAnother_IsHeardAloneUntilItEnds()
    {
        var model = TinyOnnx.Threshold(Patch, orientation: "RAS", spacing: new(1, 1, 1));
        var (outer, inner) = (new List<string>(), new List<string>());
        using (ScoringScope.Begin(default, warn: outer.Add))
        {
            using (ScoringScope.Begin(default, warn: inner.Add))
            {
                Score(model);
            }

            Assert.AreEqual((0, 1), (outer.Count, inner.Count));
            Score(model);
        }

        Score(model);
        Assert.AreEqual((1, 1), (outer.Count, inner.Count));
        StringAssert.Contains(outer[0], "1 x 2 x 3 mm");
    }

    private void Score(SegmentationModel model)
    {
        using var transformer = SegmentationTransformer.Create(_ml, model);
        SegmentedRows.Read<Labelled>(_ml, transformer.Transform(_ml.Data.LoadFromEnumerable(Scans.Many(1))));
    }

    private sealed class Shares : List<double>, IProgress<double>
    {
        public void Report(double value) => Add(value);
    }
}
