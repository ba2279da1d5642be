namespace Microsoft.ML.MedicalSegmentation.Scoring;

/// <summary>What public reports about ML.NET found; each test names its report.</summary>
[TestClass]
public sealed class MlNetReportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// https://github.com/dotnet/machinelearning/issues/4126: images in memory that are gone in a second pass, as of cross-validation.
    /// </summary>
    [TestMethod]
    public void Transform_OfRowsInMemory_GivesTheSameInEveryPassAndFold()
    {
        var rows = _ml.Data.LoadFromEnumerable(Scans.Many(6).ToArray());
        using var model = SegmentationTransformer.Create(_ml, TinyOnnx.Random(new(1, 4, 4, 4), classes: 3));
        string[] Pass(IDataView data) => [.. _ml.Data.CreateEnumerable<Found>(model.Transform(data), reuseRowObject: false)
            .Select(row => $"{row.CaseId} {Convert.ToHexString(row.PredictedLabel.Voxels.Bytes)}")];
        var first = Pass(rows);
        CollectionAssert.AreEqual(first, Pass(rows));
        var folds = _ml.Data.CrossValidationSplit(rows, numberOfFolds: 2, seed: 1);
        CollectionAssert.AreEquivalent(first, folds.SelectMany(fold => Pass(fold.TestSet)).ToArray());
    }

    /// <summary>
    /// https://github.com/dotnet/machinelearning/issues/4226: an engine of a model that was saved and loaded fails; and /5342: a copy of
    /// the network that a loaded model leaves among temporary files.
    /// </summary>
    [TestMethod]
    public void Load_ByABareContext_PredictsAsBeforeAndLeavesNoFile()
    {
        var scan = Scans.Make(3);
        byte[] expected;
        using (var model = SegmentationTransformer.Create(_ml, TinyOnnx.Random(new(1, 4, 4, 4), classes: 3)))
        {
            using var engine = _ml.Model.CreatePredictionEngine<Scan, Found>(model);
            expected = engine.Predict(scan).PredictedLabel.Voxels.Bytes.ToArray();
            _ml.Model.Save(model, null, _folder["model.zip"]);
        }

        var before = OnnxFiles();
        for (var i = 0; i < 3; i++)
        {
            var bare = new MLContext();
            using var engine = bare.Model.CreatePredictionEngine<Scan, Found>(bare.Model.Load(_folder["model.zip"], out _));
            CollectionAssert.AreEqual(expected, engine.Predict(scan).PredictedLabel.Voxels.Bytes.ToArray());
        }

        CollectionAssert.AreEquivalent(before, OnnxFiles());

        static string[] OnnxFiles() => Directory.GetFiles(Path.GetTempPath(), "*.onnx");
    }

    /// <summary>
    /// https://github.com/dotnet/machinelearning/issues/5744, /5897 and /7219: memory that each engine or prediction keeps.
    /// </summary>
    [TestMethod]
    public void Load_ManyTimes_KeepsNoSession()
    {
        var scan = Scans.Make(3);
        using (var model = SegmentationTransformer.Create(_ml, TinyOnnx.Random(new(1, 16, 16, 16), classes: 3, width: 32, depth: 4)))
        {
            _ml.MedicalSegmentation().Models.Save(model, null, _folder["model.zip"]);
        }

        var sessions = new List<WeakReference>();
        for (var i = 0; i < 20; i++)
        {
            sessions.Add(PredictOnce(_folder["model.zip"], scan));
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.IsLessThan(3, sessions.Count(session => session.IsAlive), "loaded models stay in memory");
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static WeakReference PredictOnce(string path, Scan scan)
    {
        var context = new MLContext();
        var model = context.MedicalSegmentation().Models.Load(path);
        using var engine = context.Model.CreatePredictionEngine<Scan, Found>(model);
        engine.Predict(scan);
        return new(model);
    }

    private sealed class Found
    {
        public string CaseId { get; set; } = "";

        [LabelVolumeColumn]
        public LabelVolume PredictedLabel { get; set; } = null!;
    }
}
