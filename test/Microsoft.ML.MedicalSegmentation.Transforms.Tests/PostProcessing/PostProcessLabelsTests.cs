using Microsoft.ML.Data;
using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.MedicalSegmentation.Scoring;

namespace Microsoft.ML.MedicalSegmentation.PostProcessing;

[TestClass]
public sealed class PostProcessLabelsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void PostProcessLabels_InAModel_IsSavedWithItAndSaysWhatItDoes()
    {
        var data = _ml.Data.LoadFromEnumerable(Scans.Many(3));
        var plan = new PostProcessingPlan(new KeepLargestComponent(), new FillHoles());
        var segmentation = SegmentationTransformer.Create(_ml, TinyOnnx.Threshold(new(1, 6, 6, 6)));
        var step = _ml.MedicalSegmentation().Transforms.PostProcessLabels(plan).Fit(segmentation.Transform(data));
        var model = new TransformerChain<ITransformer>(segmentation, step);
        var raw = Labels(segmentation, data);
        List<byte[]> expected = [.. raw.Select(labels => plan.Apply(labels).Voxels.Bytes.ToArray())];
        Assert.IsFalse(expected[0].SequenceEqual(raw[0].Voxels.Bytes.ToArray()), "the step changes nothing, so this test proves nothing");

        _ml.MedicalSegmentation().SaveModel(model, data.Schema, _folder["m.zip"]);

        foreach (
            var loaded in new[]
            {
                model,
                new MLContext().Model.Load(_folder["m.zip"], out _),
                _ml.MedicalSegmentation().LoadModel(_folder["m.zip"]),
            }
        )
        {
            var labels = Labels(loaded, data);
            for (var i = 0; i < 3; i++)
            {
                CollectionAssert.AreEqual(expected[i], labels[i].Voxels.Bytes.ToArray());
                Assert.AreEqual("bright", labels[i].Classes[1].Name);
            }
        }

        var stage = _ml.MedicalSegmentation().Describe(_ml.MedicalSegmentation().LoadModel(_folder["m.zip"])).Stages[^1];
        StringAssert.Contains(stage.Options.ToJsonString(), "keep-largest-component");
    }

    [TestMethod]
    public void Restore_PlanThatIsNone_IsRefused()
    {
        Assert.ThrowsExactly<InputDataException>(() =>
            new PostProcessLabelsContract().Restore(new SavedState("{\"Plan\":{\"steps\":[{\"step\":\"delete-all\"}]}}", []))
        );
        Assert.ThrowsExactly<InputDataException>(() => new PostProcessLabelsContract().Restore(new SavedState("{\"Plan\":null}", [])));
    }

    [TestMethod]
    public void MeasureDoubt_OfAModelLoadedWithProbabilities_IsTheirEntropy()
    {
        var data = _ml.Data.LoadFromEnumerable(Scans.Many(1));
        _ml.MedicalSegmentation()
            .SaveModel(SegmentationTransformer.Create(_ml, TinyOnnx.Threshold(new(1, 6, 6, 6))), data.Schema, _folder["m.zip"]);
        var loaded = _ml.MedicalSegmentation()
            .Models.Load(_folder["m.zip"], new ModelLoadOptions { ProbabilitiesColumnName = "Probability" });
        var scored = loaded.Transform(data);

        var doubt = _ml.MedicalSegmentation().Transforms.MeasureDoubt().Fit(scored);

        var row = _ml.Data.CreateEnumerable<DoubtRow>(doubt.Transform(scored), reuseRowObject: false).Single();
        CollectionAssert.AreEqual(Doubt.Entropy(row.Probability).Voxels.ToArray(), row.Doubt.Values());
        Assert.AreEqual(2, row.Probability.Shape.Channels);
    }

    private List<LabelVolume> Labels(ITransformer model, IDataView data)
        => [.. _ml.Data.CreateEnumerable<LabelRow>(model.Transform(data), reuseRowObject: false).Select(row => row.PredictedLabel)];

    private sealed class LabelRow
    {
        [LabelVolumeColumn]
        public LabelVolume PredictedLabel { get; set; } = null!;
    }

    private sealed class DoubtRow
    {
        [VolumeColumn]
        public Volume Probability { get; set; } = null!;

        [VolumeColumn]
        public Volume Doubt { get; set; } = null!;
    }
}
