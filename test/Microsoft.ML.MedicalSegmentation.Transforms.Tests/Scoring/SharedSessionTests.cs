namespace Microsoft.ML.MedicalSegmentation.Scoring;

/// <summary>A session that several engines share, and the faults of opening one.</summary>
[TestClass]
public sealed class SharedSessionTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void Dispose_OneEngineWhileOthersScore_LetsTheirRowsEnd()
    {
        using var model = SegmentationTransformer.Create(_ml, TinyOnnx.Random(new(1, 8, 8, 8), classes: 3, width: 8, depth: 3));
        var rows = Scans.Many(1).ToArray();
        var expected = SegmentedRows.Read<Labelled>(_ml, model.Transform(_ml.Data.LoadFromEnumerable(rows))).Single().PredictedLabel;

        Parallel.For(0, 40, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ =>
        {
            using var engine = _ml.Model.CreatePredictionEngine<Scan, Labelled>(model);
            SegmentedRows.AssertSame(expected, engine.Predict(rows[0]).PredictedLabel);
        });
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Open_DamagedModelForAGpu_IsToldAsDamaged(bool fallBack)
    {
        var whole = TinyOnnx.Threshold(new(1, 8, 8, 8));
        var damaged = new SegmentationModel(whole.Onnx[..(whole.Onnx.Length / 2)].ToArray(), whole.Info);
        Assert.ThrowsExactly<InputDataException>(() => new OnnxSegmenter(damaged, device: new ScoringDevice(0, fallBack)));
    }

    [TestMethod]
    public void Segment_SeveralVolumesOfAnotherSpacing_WarnsOfEach()
    {
        var warnings = new List<string>();
        using var segmenter = new OnnxSegmenter(TinyOnnx.Threshold(new(1, 8, 8, 8), spacing: new(9, 9, 9)), warn: warnings.Add);
        segmenter.Segment(Scans.Noise(new(1, 8, 8, 8), 1, 1));
        segmenter.Segment(Scans.Noise(new(1, 8, 8, 8), 2, 1));
        Assert.HasCount(2, warnings);
    }
}
