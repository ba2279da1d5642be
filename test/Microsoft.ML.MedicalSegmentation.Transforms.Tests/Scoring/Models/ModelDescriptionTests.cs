using Microsoft.ML.Data;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Models;

[TestClass]
public sealed class ModelDescriptionTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void Describe_LoadedModel_TellsItsStepsItsOptionsAndItsNetwork()
    {
        var network = TinyOnnx.Random(new(1, 8, 8, 8), classes: 3);
        var medical = _ml.MedicalSegmentation();
        var scans = _ml.Data.LoadFromEnumerable(Scans.Many(2));
        var normalize = medical.Transforms.NormalizeIntensity("Image", lowerPercentile: 1).Fit(scans);
        var rows = normalize.Transform(scans);
        var copy = _ml.Transforms.CopyColumns("Copy", "CaseId").Fit(rows);
        using var segment = SegmentationTransformer.Create(_ml, network);
        var loaded = Reload(new TransformerChain<ITransformer>(normalize, copy, segment), scans.Schema);

        var description = medical.Describe(loaded);

        CollectionAssert.AreEqual(new[] { "NormalizeIntensity/1", "Segment/2" }, description.Stages.Select(stage => stage.Name).ToArray());
        Assert.AreEqual(1, description.Stages[0].Options["LowerPercentile"]!.GetValue<double>());
        Assert.AreEqual(network.Onnx.Length, description.Stages[1].PayloadLength);
        Assert.IsTrue(description.Segmentation!.Onnx.Span.SequenceEqual(network.Onnx.Span));
        CollectionAssert.AreEqual(network.Info.Classes.ToArray(), description.Segmentation.Info.Classes.ToArray());
    }

    [TestMethod]
    public void Describe_ModelOfOtherTransforms_HasNoStagesOfOurs()
    {
        var scans = _ml.Data.LoadFromEnumerable(Scans.Many(2));
        var loaded = Reload(_ml.Transforms.CopyColumns("Copy", "CaseId").Fit(scans), scans.Schema);

        var description = _ml.MedicalSegmentation().Describe(loaded);

        Assert.AreEqual(0, description.Stages.Count);
        Assert.IsNull(description.Segmentation);
    }

    private ITransformer Reload(ITransformer model, DataViewSchema schema)
    {
        using var stream = new MemoryStream();
        _ml.Model.Save(model, schema, stream);
        stream.Position = 0;
        return new MLContext().Model.Load(stream, out _);
    }
}
