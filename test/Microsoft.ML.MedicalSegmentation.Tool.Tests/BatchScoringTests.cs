using MedSeg.Scoring;
using Microsoft.ML;
using Microsoft.ML.MedicalSegmentation;

namespace MedSeg;

/// <summary>A fault of the program in one case does not cost the others.</summary>
[TestClass]
public sealed class BatchScoringTests
{
    [TestMethod]
    [DataRow(false, 3)]
    [DataRow(true, 2)]
    public void Run_FaultOfTheProgramInOneCase_IsItsRowAndTheBatchGoesOn(bool stopOnError, int rows)
    {
        using var folder = new TemporaryFolder();
        var context = new MLContext();
        SegmentationCase[] cases = [.. Enumerable.Range(0, 3).Select(i =>
        {
            VolumeFormats.Save(Volume.Create(new float[8], new(1, 2, 2, 2)), folder[$"p{i}.nii"]);
            return new SegmentationCase($"p{i}", [folder[$"p{i}.nii"]], null);
        })];
        var model = context.Transforms.CustomMapping<PathRow, LabelRow>(Score, contractName: null)
            .Fit(context.Data.LoadFromEnumerable<PathRow>([]));
        var batch = new BatchScoring(context, model, "digest", new(cases, folder["out"], ".nii.gz", overwrite: false))
        {
            StopOnError = stopOnError,
        };

        var results = batch.Run(cases, CancellationToken.None).ToList();

        Assert.HasCount(rows, results);
        Assert.AreEqual(CaseResult.Scored, results[0].Status, results[0].Error);
        Assert.AreEqual("failed (internal)", results[1].Status);
        Assert.IsTrue(results[1].IsFailed);
        StringAssert.Contains(results[1].Error, "p1.nii: a fault in medseg, not in the data (IndexOutOfRangeException)");
        Assert.IsTrue(stopOnError || results[2].Status == CaseResult.Scored);
        Assert.IsFalse(File.Exists(folder["out/p1.nii.gz"]));
    }

    private static void Score(PathRow input, LabelRow output)
    {
        var values = new byte[8];
        output.PredictedLabel = LabelVolume.Create(values, new(1, 2, 2, 2));
        if (input.ImagePath.EndsWith("p1.nii", StringComparison.Ordinal))
        {
            values[values.Length] = 1;
        }
    }

    private sealed class PathRow
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class LabelRow
    {
        [LabelVolumeColumn]
        public LabelVolume PredictedLabel { get; set; } = LabelVolume.Create([0], new(1, 1, 1, 1));
    }
}
