namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

[TestClass]
public sealed class PipelineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);

    private SegmentationTransformsCatalog Transforms => _ml.MedicalSegmentation().Transforms;

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void TrainTestSplit_OfCachedPaths_LoadsEveryCaseOnce()
    {
        var rows = _folder.WriteScans(6);
        var split = _ml.Data.TrainTestSplit(_ml.Data.Cache(_ml.Data.LoadFromEnumerable(rows)), testFraction: 0.5, seed: 2);
        var model = Pipeline().Fit(split.TrainSet);
        var read = new[] { split.TrainSet, split.TestSet }
            .SelectMany(view => Read(model.Transform(view)))
            .ToDictionary(row => row.CaseId, row => row.Image);
        CollectionAssert.AreEquivalent(rows.Select(row => row.CaseId).ToArray(), read.Keys);
        foreach (var row in rows)
        {
            Assert.AreEqual(0, read[row.CaseId].Values().Average(), 1e-4);
        }
    }

    [TestMethod]
    public void CrossValidationSplit_OfPaths_TestsEveryCaseOnce()
    {
        var rows = _folder.WriteScans(6);
        var folds = _ml.Data.CrossValidationSplit(
            _ml.Data.ShuffleRows(_ml.Data.LoadFromEnumerable(rows), seed: 5),
            numberOfFolds: 3,
            seed: 5
        );
        var tested = folds.SelectMany(fold => Read(Pipeline().Fit(fold.TrainSet).Transform(fold.TestSet))).Select(row => row.CaseId);
        CollectionAssert.AreEquivalent(rows.Select(row => row.CaseId).ToArray(), tested.ToArray());
    }

    [TestMethod]
    public void PredictionEngine_PathInVolumeOut_EqualsTransform()
    {
        var rows = _folder.WriteScans(2);
        var data = _ml.Data.LoadFromEnumerable(rows);
        var model = Pipeline().Fit(data);
        var expected = Read(model.Transform(data));
        using var engine = _ml.Model.CreatePredictionEngine<PathRow, ScanResult>(model);
        for (var i = 0; i < rows.Length; i++)
        {
            CollectionAssert.AreEqual(expected[i].Image.Values(), engine.Predict(rows[i]).Image.Values());
        }
    }

    [TestMethod]
    public void Append_StockTransformsBeforeAndAfter_SeeTheColumns()
    {
        var data = _ml.Data.LoadFromEnumerable(_folder.WriteScans(1));
        var pipeline = _ml.Transforms.CopyColumns("File", "ImagePath")
            .Append(Transforms.LoadVolumes("Image", "File"))
            .Append(_ml.Transforms.CopyColumns("Kept", "Image"))
            .Append(Transforms.CropOrPad("Image", width: 2))
            .Append(_ml.Transforms.SelectColumns("Image", "Kept"));
        var output = pipeline.Fit(data).Transform(data);
        CollectionAssert.AreEquivalent(new[] { "Image", "Kept" }, output.Schema.Select(column => column.Name).ToArray());
        var preview = output.Preview(1).RowView[0].Values.ToDictionary(pair => pair.Key, pair => (Volume)pair.Value);
        Assert.AreEqual((2, 6), (preview["Image"].Shape.Width, preview["Kept"].Shape.Width));
    }

    private Data.EstimatorChain<VolumeTransformer> Pipeline() => Transforms.LoadVolumes().Append(Transforms.NormalizeIntensity());

    private List<ScanResult> Read(IDataView view) => [.. _ml.Data.CreateEnumerable<ScanResult>(view, reuseRowObject: false)];
}
