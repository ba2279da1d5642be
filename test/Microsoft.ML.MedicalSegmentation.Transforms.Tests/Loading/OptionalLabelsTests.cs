using Microsoft.ML.Data;

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
