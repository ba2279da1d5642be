namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

[TestClass]
public class ModelZipTests
{
    private readonly MLContext _ml = new(seed: 1);

    private SegmentationTransformsCatalog Transforms => _ml.MedicalSegmentation().Transforms;

    [TestMethod]
    public void SaveAndLoad_NormalizeBetweenStockTransforms_GivesIdenticalValues()
    {
        var data = _ml.Data.LoadFromEnumerable(Scans.Many(4));
        var pipeline = _ml.Transforms.CopyColumns("Raw", "Image")
            .Append(Transforms.NormalizeIntensity("Image", "Raw"))
            .Append(_ml.Transforms.DropColumns("Raw"));
        var model = pipeline.Fit(data);
        var loaded = Reload(model, data.Schema);
        var expected = Read(model.Transform(data));
        var actual = Read(loaded.Transform(data));
        Assert.AreEqual(4, actual.Count);
        for (var i = 0; i < expected.Count; i++)
        {
            CollectionAssert.AreEqual(expected[i].Image.Values(), actual[i].Image.Values());
            Assert.AreEqual(expected[i].Image.Geometry, actual[i].Image.Geometry);
            Assert.AreEqual(0, actual[i].Image.Values().Average(), 1e-5);
        }
    }

    [TestMethod]
    public void SaveAndLoad_OutputSchema_HasNoHelperColumns()
    {
        var data = _ml.Data.LoadFromEnumerable(Scans.Many(1));
        var loaded = Reload(Transforms.NormalizeIntensity("Normalized", "Image").Fit(data), data.Schema);
        var names = loaded.GetOutputSchema(data.Schema).Where(column => !column.IsHidden).Select(column => column.Name).ToArray();
        CollectionAssert.AreEquivalent(new[] { "CaseId", "Age", "Image", "Normalized" }, names);
    }

    [TestMethod]
    public void SaveAndLoad_ThroughPredictionEngine_GivesIdenticalValues()
    {
        var data = _ml.Data.LoadFromEnumerable(Scans.Many(2));
        var model = Transforms.NormalizeIntensity("Image").Fit(data);
        var loaded = Reload(model, data.Schema);
        var direct = _ml.Model.CreatePredictionEngine<Scan, ScanResult>(model);
        var again = _ml.Model.CreatePredictionEngine<Scan, ScanResult>(loaded);
        foreach (var scan in Scans.Many(3))
        {
            var result = again.Predict(scan);
            Assert.AreEqual(scan.CaseId, result.CaseId);
            CollectionAssert.AreEqual(direct.Predict(scan).Image.Values(), result.Image.Values());
        }
    }

    private ITransformer Reload(ITransformer model, DataViewSchema schema)
    {
        using var stream = new MemoryStream();
        _ml.Model.Save(model, schema, stream);
        stream.Position = 0;
        return new MLContext().Model.Load(stream, out _);
    }

    private List<ScanResult> Read(IDataView view) => [.. _ml.Data.CreateEnumerable<ScanResult>(view, reuseRowObject: false)];
}
