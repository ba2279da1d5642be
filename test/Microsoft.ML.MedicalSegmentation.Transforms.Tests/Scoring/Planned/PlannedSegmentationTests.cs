using Microsoft.ML.MedicalSegmentation.Planning;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Planned;

[TestClass]
public sealed class PlannedSegmentationTests : IDisposable
{
    private static readonly VolumeShape Patch = new(1, 8, 12, 16);

    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void Score_AnyBatchAndThreads_GivesTheSameLabels()
    {
        var path = SaveModel(mirrorAxes: [0, 2]);
        var expected = Score(path, new());
        CollectionAssert.AreEqual(expected, Score(path, new() { Settings = saved => saved with { BatchSize = 5 } }));
        CollectionAssert.AreEqual(expected, Score(path, new() { Settings = saved => saved with { Threads = 1, BatchSize = 3 } }));
        Assert.IsGreaterThan(1, expected.Distinct().Count());
    }

    [TestMethod]
    public void Load_WithOtherMirroringAndOverlap_ChangesWhatIsScored()
    {
        var path = SaveModel(mirrorAxes: [0, 1, 2]);
        var mirrored = Score(path, new());
        CollectionAssert.AreEqual(
            Score(SaveModel(mirrorAxes: []), new()),
            Score(path, new() { Settings = saved => saved with { MirrorAxes = [] } })
        );
        CollectionAssert.AreNotEqual(mirrored, Score(path, new() { Settings = saved => saved with { MirrorAxes = [] } }));
        CollectionAssert.AreNotEqual(mirrored, Score(path, new() { Settings = saved => saved with { Overlap = 0 } }));
    }

    [TestMethod]
    public void Score_Cancelled_StopsBetweenTiles()
    {
        using var source = new CancellationTokenSource();
        var path = SaveModel(mirrorAxes: []);
        source.Cancel();
        using var scope = ScoringScope.Begin(source.Token);
        Assert.Throws<OperationCanceledException>(() => Score(path, new()));
    }

    [TestMethod]
    public void Score_WithPostProcessing_AppliesItsStepsAfterSavingAndLoading()
    {
        var plan = new PostProcessingPlan(new KeepLargestComponent());
        var (before, after) = (Score(SaveModel(mirrorAxes: []), new()), Score(SaveModel(mirrorAxes: [], plan), new()));
        CollectionAssert.AreEqual(plan.Apply(LabelVolume.Create(before, new(1, 20, 26, 33))).Voxels.Bytes.ToArray(), after);
        CollectionAssert.AreNotEqual(before, after);
    }

    private string SaveModel(IReadOnlyList<int> mirrorAxes, PostProcessingPlan? postProcessing = null)
    {
        var network = TinyOnnx.Random(Patch, classes: 3).Onnx.ToArray();
        var ensemble = new PlannedEnsemble
        {
            Outputs = [new("background", 0), new("one", 1), new("two", 2)],
            PostProcessing = postProcessing,
            Members =
            [
                new()
                {
                    Name = "3d_fullres",
                    Preprocessing = new() { Spacing = [1, 1, 1], Channels = [new(NormalizationScheme.ZScore)] },
                    Patch = [Patch.Depth, Patch.Height, Patch.Width],
                    OutputChannels = 3,
                    Networks = 1,
                    MirrorAxes = mirrorAxes,
                },
            ],
        };
        var path = _folder[$"{string.Concat(mirrorAxes)}-{postProcessing?.Steps.Count}.zip"];
        _ml.MedicalSegmentation().Models.Save(PlannedSegmentation.Create(_ml, ensemble, [network]), inputSchema: null, path);
        return path;
    }

    private byte[] Score(string path, ModelLoadOptions options)
    {
        var scored = _ml.MedicalSegmentation().Models.Load(path, options).Transform(Rows());
        return _ml.Data.CreateEnumerable<LabelRow>(scored, reuseRowObject: false).Single().PredictedLabel.Voxels.Bytes.ToArray();
    }

    private IDataView Rows() => _ml.Data.LoadFromEnumerable([new ImageRow { Image = Scans.Noise(new(1, 20, 26, 33), seed: 4, scale: 1) }]);

    private sealed class ImageRow
    {
        [VolumeColumn]
        public Volume Image { get; set; } = null!;
    }

    private sealed class LabelRow
    {
        [LabelVolumeColumn]
        public LabelVolume PredictedLabel { get; set; } = null!;
    }
}
