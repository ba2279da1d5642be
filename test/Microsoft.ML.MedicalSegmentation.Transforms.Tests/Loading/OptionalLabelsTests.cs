using Microsoft.ML.Data;
using Microsoft.ML.MedicalSegmentation.RowFunctions;

namespace Microsoft.ML.MedicalSegmentation.Loading;

/// <summary>A pipeline with its labels inside, as ML.NET's habit is, can be scored without labels.</summary>
[TestClass]
public sealed class OptionalLabelsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Transform_RowsWithoutLabels_PassThroughLoadLabelVolumes(bool isLoaded)
    {
        var transforms = _ml.MedicalSegmentation().Transforms;
        var rows = _folder.WriteScans(1);
        var data = _ml.Data.LoadFromEnumerable(rows);
        ITransformer model = transforms.LoadLabelVolumes().Append(transforms.LoadVolumes()).Fit(data);
        if (isLoaded)
        {
            _ml.MedicalSegmentation().SaveModel(model, data.Schema, _folder["m.zip"]);
            model = _ml.MedicalSegmentation().LoadModel(_folder["m.zip"]);
        }

        var scored = model.Transform(_ml.Data.LoadFromEnumerable([new Unlabelled { ImagePath = rows[0].ImagePath }]));
        Assert.IsNull(scored.Schema.GetColumnOrNull("Label"));
        Assert.AreEqual(new VolumeShape(1, 6, 6, 6), scored.GetColumn<Volume>("Image").Single().Shape);
        using var engine = _ml.Model.CreatePredictionEngine<Unlabelled, Scored>(model);
        Assert.AreEqual(new VolumeShape(1, 6, 6, 6), engine.Predict(new() { ImagePath = rows[0].ImagePath }).Image.Shape);

        // With the column, labels are read as before.
        Assert.IsNotNull(model.Transform(data).Schema.GetColumnOrNull("Label"));
    }

    [TestMethod]
    public void Fit_WithoutTheColumn_IsAnError()
    {
        var data = _ml.Data.LoadFromEnumerable([new Unlabelled()]);
        var fault = Assert.ThrowsExactly<ArgumentException>(() => _ml.MedicalSegmentation().Transforms.LoadLabelVolumes().Fit(data));
        StringAssert.Contains(fault.Message, "LabelPath");
    }

    [TestMethod]
    public void BareLoad_LabelsAndTheirTransformsInside_ScoresRowsWithoutLabels()
    {
        var rows = _folder.WriteScans(2);
        var data = _ml.Data.LoadFromEnumerable(rows);
        using var model = LabelledPipeline().Fit(data);
        _ml.Model.Save(model, data.Schema, _folder["m.zip"]);

        // In memory, rows without labels pass the transforms of labels too.
        var unlabelled = _ml.Data.LoadFromEnumerable(rows.Select(row => new Unlabelled { ImagePath = row.ImagePath }));
        var scored = model.Transform(unlabelled);
        Assert.IsNull(scored.Schema.GetColumnOrNull("Label"));
        string[] expected = [.. scored.GetColumn<Volume>("Image").Select(NewProcess.Digest)];

        CollectionAssert.AreEqual(expected, NewProcess.Score(_folder["m.zip"], rows.Select(row => row.ImagePath)));
        var bare = new MLContext().Model.Load(_folder["m.zip"], out _);
        CollectionAssert.AreEqual(expected, bare.Transform(unlabelled).GetColumn<Volume>("Image").Select(NewProcess.Digest).ToArray());
        using var engine = _ml.Model.CreatePredictionEngine<Unlabelled, Scored>(bare);
        Assert.AreEqual(expected[0], NewProcess.Digest(engine.Predict(new() { ImagePath = rows[0].ImagePath }).Image));

        // Rows with labels are scored as well, with labels that were loaded beside the model.
        Assert.IsNull(bare.Transform(data).Schema.GetColumnOrNull("Label"));
        var labels = _ml.MedicalSegmentation().Transforms.LoadLabelVolumes().Fit(data);
        Assert.AreEqual(new VolumeShape(1, 6, 6, 6), bare.Transform(labels.Transform(data)).GetColumn<LabelVolume>("Label").First().Shape);
    }

    [TestMethod]
    public void ModelsLoad_LabelsAndTheirTransformsInside_LoadsLabelsOfRowsThatHaveThem()
    {
        var rows = _folder.WriteScans(1);
        var data = _ml.Data.LoadFromEnumerable(rows);
        using var model = LabelledPipeline().Fit(data);
        var expected = model.Transform(data).GetColumn<LabelVolume>("Label").Single();
        _ml.Model.Save(model, data.Schema, _folder["m.zip"]);
        for (var round = 0; round < 2; round++)
        {
            var loaded = _ml.MedicalSegmentation().Models.Load(_folder["m.zip"]);
            var labels = loaded.Transform(data).GetColumn<LabelVolume>("Label").Single();
            Assert.AreEqual(NewProcess.Digest(expected.Voxels), NewProcess.Digest(labels.Voxels));
            var unlabelled = _ml.Data.LoadFromEnumerable([new Unlabelled { ImagePath = rows[0].ImagePath }]);
            Assert.IsNull(loaded.Transform(unlabelled).Schema.GetColumnOrNull("Label"));

            // What was loaded keeps all of it when it is saved again.
            _ml.Model.Save(loaded, data.Schema, _folder["m.zip"]);
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Save_LabelsThatMaskTheImage_AreLoadedInEveryForm(bool isSavedTwice)
    {
        var transforms = _ml.MedicalSegmentation().Transforms;
        var rows = _folder.WriteScans(1);
        var data = _ml.Data.LoadFromEnumerable(rows);
        var model = transforms.LoadLabelVolumes("Mask", "LabelPath").Append(transforms.LoadVolumes())
            .Append(transforms.Reorient("Mask", "Mask", "LPS")).Append(transforms.Reorient("Image", "Image", "LPS"))
            .Append(transforms.NormalizeIntensity(maskColumnName: "Mask")).Fit(data);
        var expected = NewProcess.Digest(model.Transform(data).GetColumn<Volume>("Image").Single());
        _ml.Model.Save(model, data.Schema, _folder["m.zip"]);
        if (isSavedTwice)
        {
            _ml.Model.Save(_ml.MedicalSegmentation().Models.Load(_folder["m.zip"]), data.Schema, _folder["m.zip"]);
        }

        var bare = new MLContext().Model.Load(_folder["m.zip"], out _);
        Assert.AreEqual(expected, NewProcess.Digest(bare.Transform(data).GetColumn<Volume>("Image").Single()));
    }

    [TestMethod]
    public void Evaluate_OfABareModelWithoutLabels_SaysHowToLoadThem()
    {
        var rows = _folder.WriteScans(1);
        var data = _ml.Data.LoadFromEnumerable(rows);
        using var model = LabelledPipeline().Fit(data);
        _ml.Model.Save(model, data.Schema, _folder["m.zip"]);
        var scored = new MLContext().Model.Load(_folder["m.zip"], out _).Transform(data);
        var fault = Assert.ThrowsExactly<ArgumentException>(() => _ml.MedicalSegmentation().Evaluate(scored));
        StringAssert.Contains(fault.Message, "Models.Load");
    }

    private EstimatorChain<VolumeTransformer> LabelledPipeline()
    {
        var transforms = _ml.MedicalSegmentation().Transforms;
        return transforms.LoadLabelVolumes().Append(transforms.LoadVolumes())
            .Append(transforms.Reorient("Label", "Label", "LPS"))
            .Append(transforms.Reorient("Image", "Image", "LPS"))
            .Append(transforms.CropForeground("Label", "Label", windowColumnName: "Image"))
            .Append(transforms.NormalizeIntensity());
    }

    private sealed class Unlabelled
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class Scored
    {
        [VolumeColumn]
        public Volume Image { get; set; } = Volume.Create(new float[1], new(1, 1, 1, 1));
    }
}
