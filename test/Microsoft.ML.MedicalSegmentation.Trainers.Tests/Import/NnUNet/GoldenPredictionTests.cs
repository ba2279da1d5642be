namespace Microsoft.ML.MedicalSegmentation.Import.NnUNet;

/// <summary>Imported models against the predictions of nnU-Net's own predictor.</summary>
[TestClass]
public sealed class GoldenPredictionTests
{
    private const int MostOtherVoxels = 10;

    private const float LargestDifference = 1e-3f;

    // Where a sum of tiles lies halfway between two numbers of half precision, the last bit of a convolution decides between them.
    // nnU-Net's own predictor on two threads differs from these predictions, made on one, in as many voxels and by as much.
    private const int MostOutliers = 3;
    private const float LargestOutlier = 2e-3f;

    private readonly MLContext _ml = new(seed: 1);

    public TestContext TestContext { get; set; } = null!;

    public static IEnumerable<object[]> Runs => GoldenRun.Names.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Runs))]
    public void Import_GoldenModel_PredictsAsNnUNet(string name)
    {
        if (name.Length == 0)
        {
            _ = TestData.RequireGolden("nnunet/predictions");
        }

        var run = new GoldenRun(name);
        using var model = _ml.MedicalSegmentation().Models.ImportNnUNet(run.ModelFolders, run.Options);
        foreach (var golden in run.Cases)
        {
            var data = _ml.Data.LoadFromEnumerable(
                [new ChannelPaths { ImagePath = GoldenRun.Inputs(golden) }],
                ChannelPaths.Schema(GoldenRun.Inputs(golden).Length)
            );
            var result = _ml.Data.CreateEnumerable<PredictedRow>(model.Transform(data), reuseRowObject: false).Single();
            Compare(run, golden, result);
        }
    }

    private void Compare(GoldenRun run, string name, PredictedRow result)
    {
        var (labels, probabilities) = (run.Labels(name), run.Probabilities(name));
        Assert.AreEqual(labels.Shape, result.PredictedLabel.Voxels.Shape, name);
        Assert.AreEqual(labels.Geometry.ToString(), result.PredictedLabel.Voxels.Geometry.ToString(), name);
        var other = Values(labels).Zip(Values(result.PredictedLabel.Voxels)).Count(pair => pair.First != pair.Second);
        TestContext.WriteLine($"{run.Name} {name}: {other} of {labels.Shape.ChannelCount} voxels have another label");
        Assert.IsLessThanOrEqualTo(MostOtherVoxels, other, $"{name}: voxels with another label");
        if (probabilities is null)
        {
            return;
        }

        var differences = probabilities.Zip(Values(result.Probabilities), (expected, actual) => Math.Abs(expected - actual)).ToList();
        var (largest, outliers) = (differences.Max(), differences.Count(difference => difference > LargestDifference));
        TestContext.WriteLine(
            $"{run.Name} {name}: probabilities differ by at most {largest:0.0000}, {outliers} of "
                + $"{differences.Count} by more than {LargestDifference}"
        );
        Assert.IsLessThanOrEqualTo(MostOutliers, outliers, $"{name}: probabilities that differ by more than {LargestDifference}");
        Assert.IsLessThanOrEqualTo(LargestOutlier, largest, $"{name}: difference of probabilities");
    }

    private static float[] Values(Volume volume)
    {
        var values = new float[volume.Shape.Count];
        volume.CopyValues(0, values);
        return values;
    }
}
