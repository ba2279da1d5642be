namespace Microsoft.ML.MedicalSegmentation.Metrics;

[TestClass]
public sealed class SegmentationEvaluationTests
{
    private readonly MLContext _ml = new(seed: 1);

    /// <summary>A row to evaluate.</summary>
    public sealed class Compared
    {
        public string CaseId { get; set; } = "";

        [LabelVolumeColumn]
        public LabelVolume Label { get; set; } = null!;

        [LabelVolumeColumn]
        public LabelVolume PredictedLabel { get; set; } = null!;
    }

    [TestMethod]
    public void Evaluate_ColumnsByDefaultNames_TakesTheClassesOfThePrediction()
    {
        var metrics = _ml.MedicalSegmentation().Evaluate(View(Row("a", [1, 1, 0, 2], [1, 0, 0, 2]), Row("b", [0, 0, 2, 2], [0, 0, 2, 2])));

        CollectionAssert.AreEqual(new[] { "kidney", "tumour" }, metrics.Classes.Select(c => c.Class.Name).ToArray());
        Assert.AreEqual(2.0 / 3, metrics.Classes[0].Dice, 1e-12);
        Assert.AreEqual(0.5, metrics.Classes[0].IoU, 1e-12);
        Assert.AreEqual(1, metrics.Classes[0].CasesExcluded);
        Assert.AreEqual(5.0 / 6, metrics.MeanDice, 1e-12);
        CollectionAssert.AreEqual(new[] { "row 0", "row 1" }, metrics.Cases.Select(c => c.Name).ToArray());
    }

    [TestMethod]
    public void Evaluate_WithCaseColumnAndPolicy_UsesThem()
    {
        var metrics = _ml.MedicalSegmentation().Evaluate(
            View(Row("a", [0, 0], [0, 0])), caseColumnName: "CaseId", classes: [new(1, "kidney")], emptyPolicy: EmptyPolicy.One);

        Assert.AreEqual("a", metrics.Cases.Single().Name);
        Assert.AreEqual(1, metrics.MeanDice);
    }

    [TestMethod]
    public void Evaluate_OtherGeometryInTheSecondRow_NamesTheCase()
    {
        var moved = Row("second", [1, 0], [1, 0]);
        moved.Label = moved.Label.WithGeometry(VolumeGeometry.FromSpacing(2, 1, 1));

        var error = Assert.ThrowsExactly<ArgumentException>(
            () => _ml.MedicalSegmentation().Evaluate(View(Row("first", [1, 0], [1, 0]), moved), caseColumnName: "CaseId"));

        StringAssert.Contains(error.Message, "'second'");
        StringAssert.Contains(error.Message, "2 x 1 x 1 mm");
    }

    [TestMethod]
    public void Evaluate_LabelValueOfNoClass_NamesRowAndValue()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(
            () => _ml.MedicalSegmentation().Evaluate(View(Row("a", [1, 0], [1, 0]), Row("b", [5, 0], [1, 0]))));

        StringAssert.Contains(error.Message, "row 1");
        StringAssert.Contains(error.Message, "value 5");
    }

    [TestMethod]
    public void Evaluate_NoRows_SaysSo()
        => StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => _ml.MedicalSegmentation().Evaluate(View())).Message, "no rows");

    [TestMethod]
    public void Evaluate_MissingColumn_ListsThoseThatThereAre()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() =>
            _ml.MedicalSegmentation().Evaluate(View(), predictedLabelColumnName: "Prediction")
        );

        StringAssert.Contains(error.Message, "'Prediction'");
        StringAssert.Contains(error.Message, "'PredictedLabel'");
    }

    [TestMethod]
    public void Evaluate_ColumnOfAnotherKind_SaysWhatToDo()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => _ml.MedicalSegmentation().Evaluate(View(), labelColumnName: "CaseId"));

        StringAssert.Contains(error.Message, "LoadLabelVolumes");
    }

    [TestMethod]
    public void Evaluate_RowWithoutLabels_NamesIt()
    {
        var empty = Row("a", [1], [1]);
        empty.Label = null!;

        var error = Assert.ThrowsExactly<ArgumentException>(() => _ml.MedicalSegmentation().Evaluate(View(empty)));

        StringAssert.Contains(error.Message, "row 0");
        StringAssert.Contains(error.Message, "'Label'");
    }

    [TestMethod]
    public void Evaluate_Cancelled_IsCancelled()
        => Assert.ThrowsExactly<OperationCanceledException>(() => _ml.MedicalSegmentation().Evaluate(
            View(Row("a", [1, 0], [1, 0])), cancellationToken: new CancellationToken(canceled: true)));

    private IDataView View(params Compared[] rows) => _ml.Data.LoadFromEnumerable(rows);

    private static Compared Row(string name, byte[] truth, byte[] prediction) => new()
    {
        CaseId = name,
        Label = LabelVolume.Create(truth, new(1, 1, 1, truth.Length)),
        PredictedLabel = LabelVolume.Create(
            prediction, new(1, 1, 1, prediction.Length), classes: [new(0, "background"), new(1, "kidney"), new(2, "tumour")]),
    };
}
