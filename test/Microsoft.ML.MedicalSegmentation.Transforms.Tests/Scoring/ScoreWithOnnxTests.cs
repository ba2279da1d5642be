namespace Microsoft.ML.MedicalSegmentation.Scoring;

[TestClass]
public sealed class ScoreWithOnnxTests
{
    private static readonly VolumeShape Patch = new(1, 8, 8, 8);

    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void Fit_FileThatDescribesItself_NeedsNothingElse()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.onnx");
        try
        {
            TinyOnnx.Steps(Patch).SaveOnnx(path);
            var estimator = _ml.MedicalSegmentation().Transforms.ScoreWithOnnx(path);
            File.Delete(path);

            using var transformer = estimator.Fit(SegmentedRows.Normalized(_ml, Scans.Many(1)));
            var row = SegmentedRows.Read<Labelled>(_ml, transformer.Transform(SegmentedRows.Normalized(_ml, Scans.Many(1)))).Single();

            Assert.AreEqual("step 1", row.PredictedLabel.Classes[1].Name);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void Fit_ColumnThatIsMissing_FailsAtTheSchema()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.onnx");
        try
        {
            TinyOnnx.Steps(Patch).SaveOnnx(path);
            var pipeline = _ml
                .Transforms.CopyColumns("Copy", "Image")
                .Append(_ml.MedicalSegmentation().Transforms.ScoreWithOnnx(path, inputColumnName: "Scan"));

            var error = Assert.ThrowsExactly<ArgumentException>(() => pipeline.Fit(SegmentedRows.Normalized(_ml, Scans.Many(1))));

            StringAssert.Contains(error.Message, "Scan");
            StringAssert.Contains(error.Message, "Image");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void ScoreWithOnnx_ColumnOfAnotherKind_SaysWhatToPutBefore()
    {
        using var transformer = SegmentationTransformer.Create(_ml, TinyOnnx.Threshold(Patch), inputColumnName: "Age");

        var error = Assert.ThrowsExactly<ArgumentException>(() => transformer.GetOutputSchema(SegmentedRows.Normalized(_ml, []).Schema));

        StringAssert.Contains(error.Message, "Age");
        StringAssert.Contains(error.Message, "LoadVolumes");
    }

    [TestMethod]
    public void ScoreWithOnnx_OneColumnForBothOutputs_Fails()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(
            () => _ml.MedicalSegmentation().Transforms.ScoreWithOnnx("model.onnx", "Out", probabilitiesColumnName: "Out"));

        StringAssert.Contains(error.Message, "two columns");
    }
}
