namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

[TestClass]
public sealed class NewProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void Load_InANewProcessWithABareContext_GivesIdenticalVolumes()
    {
        var rows = _folder.WriteScans(3);
        var data = _ml.Data.LoadFromEnumerable(rows);
        var transforms = _ml.MedicalSegmentation().Transforms;
        var model = _ml.Transforms.CopyColumns("Path", "ImagePath")
            .Append(transforms.LoadVolumes("Raw", "Path"))
            .Append(transforms.NormalizeIntensity("Normalized", "Raw", lowerPercentile: 1, upperPercentile: 99))
            .Append(transforms.CropOrPad("Image", "Normalized", width: 9, depth: 4))
            .Append(_ml.Transforms.DropColumns("Raw", "Normalized"))
            .Fit(data);
        var path = _folder["model.zip"];
        _ml.Model.Save(model, data.Schema, path);
        var expected = _ml
            .Data.CreateEnumerable<ScanResult>(model.Transform(data), reuseRowObject: false)
            .Select(row => NewProcess.Digest(row.Image))
            .ToArray();
        CollectionAssert.AreEqual(expected, NewProcess.Score(path, rows.Select(row => row.ImagePath)));
        Assert.AreEqual(3, expected.Distinct().Count());
    }
}
