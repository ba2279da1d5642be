namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>Gradients of several batches in one step.</summary>
[TestClass]
[DoNotParallelize]
public sealed class AccumulationTests
{
    [TestMethod]
    [DataRow(2, 2)]
    [DataRow(1, 4)]
    public void Fit_SmallBatchesInOneStep_LearnAsALargeOneDoes(int batchSize, int accumulationSteps)
    {
        // Seven cases: the last step of an epoch has fewer samples, which weigh alike all the same.
        var context = new MLContext(seed: 1);
        var data = TwoBalls.Data(context, 7);
        var whole = Losses(context, data, batchSize * accumulationSteps, 1);
        var parts = Losses(context, data, batchSize, accumulationSteps);

        Assert.HasCount(2, parts);
        foreach (var (expected, found) in whole.Zip(parts))
        {
            Assert.AreEqual(expected, found, 1e-4 * expected, $"{string.Join(", ", whole)} and {string.Join(", ", parts)}");
        }
    }

    private static List<double> Losses(MLContext context, IDataView data, int batchSize, int accumulationSteps)
    {
        using var model = TwoBalls.BriefTrainer(context, options => options with
        {
            // Without norms over the batch.
            Network = new UNetOptions { Width = 4, Depth = 3 },
            Sampling = options.Sampling with { BatchSize = batchSize },
            Optimization = options.Optimization with { AccumulationSteps = accumulationSteps },
        }).Fit(data);
        return [.. model.TrainingHistory!.Epochs.Select(epoch => epoch.Loss)];
    }
}
