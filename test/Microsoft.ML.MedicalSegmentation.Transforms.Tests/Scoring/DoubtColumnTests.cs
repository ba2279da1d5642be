using Microsoft.ML.MedicalSegmentation.Planning;
using Microsoft.ML.MedicalSegmentation.Scoring.Planned;

namespace Microsoft.ML.MedicalSegmentation.Scoring;

/// <summary>The column of doubt that models are loaded with.</summary>
[TestClass]
public sealed class DoubtColumnTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void Load_WithADoubtColumn_GivesTheEntropyOfProbabilities()
    {
        Save(SegmentationTransformer.Create(_ml, TinyOnnx.Random(new(1, 8, 8, 8), classes: 3)));
        AssertDoubt(Doubt.Entropy);
    }

    [TestMethod]
    public void Load_OfAPlannedModelWithADoubtColumn_GivesTheEntropyOfProbabilities()
    {
        Save(Planned(hasRegions: false));
        AssertDoubt(Doubt.Entropy);
    }

    [TestMethod]
    public void Load_OfAPlannedModelOfRegions_GivesTheEntropyOfTheMostDoubtfulRegion()
    {
        Save(Planned(hasRegions: true));
        AssertDoubt(Doubt.RegionEntropy);
    }

    [TestMethod]
    public void Save_OfAModelLoadedWithADoubtColumn_KeepsIt()
    {
        Save(Planned(hasRegions: false));
        var models = _ml.MedicalSegmentation().Models;
        var loaded = models.Load(_folder["model.zip"], new() { DoubtColumnName = "Doubt" });
        models.Save(loaded, inputSchema: null, _folder["again.zip"]);
        var expected = Read(loaded).Doubt!;
        Assert.IsTrue(expected.Bytes.SequenceEqual(Read(models.Load(_folder["again.zip"])).Doubt!.Bytes));
    }

    private void AssertDoubt(Func<Volume, Volume<float>> measure)
    {
        var models = _ml.MedicalSegmentation().Models;
        var probabilities = Read(models.Load(_folder["model.zip"], new() { ProbabilitiesColumnName = "Probability" })).Probability!;
        var row = Read(models.Load(_folder["model.zip"], new() { DoubtColumnName = "Doubt" }));
        Assert.IsNull(row.Probability);
        Assert.AreEqual(1, row.Doubt!.Shape.Channels);
        CollectionAssert.AreEqual(measure(probabilities).Voxels.ToArray(), row.Doubt.Values());
        Assert.IsGreaterThan(0.1f, row.Doubt.Values().Max());
    }

    private PlannedTransformer Planned(bool hasRegions)
    {
        var ensemble = new PlannedEnsemble
        {
            Outputs = [new("one", 1), new("two", 2), new("three", 3)],
            HasRegions = hasRegions,
            Members =
            [
                new()
                {
                    Name = "3d_fullres",
                    Preprocessing = new() { Spacing = [1.3, 1.2, 0.9], Channels = [new(NormalizationScheme.ZScore)] },
                    Patch = [8, 8, 8],
                    OutputChannels = 3,
                    Networks = 1,
                },
            ],
        };
        return PlannedSegmentation.Create(_ml, ensemble, [TinyOnnx.Random(new(1, 8, 8, 8), classes: 3).Onnx.ToArray()]);
    }

    private void Save(ITransformer model) => _ml.MedicalSegmentation().Models.Save(model, inputSchema: null, _folder["model.zip"]);

    private Row Read(ITransformer model) =>
        _ml
            .Data.CreateEnumerable<Row>(
                model.Transform(_ml.Data.LoadFromEnumerable([new Scan { Image = Scans.Noise(new(1, 10, 11, 12), 3, 1) }])),
                reuseRowObject: false,
                ignoreMissingColumns: true
            )
            .Single();

    private sealed class Row
    {
        [VolumeColumn]
        public Volume? Probability { get; set; }

        [VolumeColumn]
        public Volume? Doubt { get; set; }
    }
}
