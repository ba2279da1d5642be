using System.Diagnostics;
using MedSeg.Jobs;
using MedSeg.Terminal;

namespace MedSeg.Study;

/// <summary>
/// Trains one network on one task and measures it on cases that it never saw, by way of the model that would be deployed.
/// </summary>
/// <param name="task">The data and the budget.</param>
/// <param name="network">The network.</param>
/// <param name="seed">Decides the split, the weights and the patches.</param>
/// <param name="threads">Processor cores to train with; 0 takes all.</param>
/// <param name="gpu">The CUDA device. Default: the processor.</param>
internal sealed class StudyRun(StudyTask task, StudyNetwork network, int seed, int threads, int? gpu)
{
    /// <summary>Trains and measures.</summary>
    /// <param name="dataset">The task's cases.</param>
    /// <param name="folder">Takes predictions, in a folder of the run.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    public StudyResult Run(SegmentationDataset dataset, string folder, CancellationToken cancellationToken)
    {
        var context = DeviceContext.CreateForTraining(gpu, seed);
        var (training, test) = StudyTraining.Split(dataset, seed);
        Report.Step($"{task.Key}, {network.Name}, seed {seed}: {training.Cases.Count} cases to train on, {test.Cases.Count} to test on.");
        var options = Options(training.Cases.Count, cancellationToken);

        var clock = Stopwatch.StartNew();
        var trained = TrainingJob.Run(context, training, null, new(), options);
        var trainingSeconds = clock.Elapsed.TotalSeconds;

        clock.Restart();
        var predictions = Path.Combine(folder, StudyResult.NameOf(task, network, seed));
        var saved = ScoringJob
            .Run(context, trained.Model, test, predictions, cancellationToken)
            .ToDictionary(s => s.CaseId, s => s.SavedPath);
        var scoringSeconds = clock.Elapsed.TotalSeconds;
        var pairs = test.Cases.Select(c => new LabelPair { CaseId = c.Id, LabelPath = c.LabelPath ?? "", PredictedPath = saved[c.Id] });
        var metrics = EvaluationJob.Run(context, pairs, dataset.Classes, cancellation: cancellationToken);
        return new()
        {
            Task = task.Key,
            Network = network.Name,
            Seed = seed,
            Steps = options.Optimization.MaxEpoch * options.Sampling.StepsPerEpoch,
            Parameters = CountParameters(SegmentationModel.FromOnnx(trained.Onnx.ToArray()).Info),
            Classes = [.. metrics.Classes.Select(c => c.Class.Name)],
            Dice = [.. metrics.Classes.Select(c => c.Dice)],
            MeanDice = metrics.MeanDice,
            LastLoss = trained.History.Epochs[^1].Loss,
            TestCases = test.Cases.Count,
            TrainingSeconds = trainingSeconds,
            ScoringSeconds = scoringSeconds,
            Threads = threads > 0 ? threads : Environment.ProcessorCount,
        };
    }

    private SegmentationTrainer.Options Options(int cases, CancellationToken cancellationToken) =>
        StudyTraining.Options(task, cases, seed, threads, cancellationToken) with
        {
            Network = network.Options(task.SpatialDims) with { SpatialDims = task.SpatialDims },
        };

    private long CountParameters(SegmentationModelInfo info)
    {
        var sides =
            task.SpatialDims == 2 ? new[] { task.Patch.Height, task.Patch.Width } : [task.Patch.Depth, task.Patch.Height, task.Patch.Width];
        var options = network.Options(task.SpatialDims) with
        {
            SpatialDims = task.SpatialDims,
            InputChannels = info.InputChannels,
            Classes = info.Classes.Count,
            PatchSize = sides,
        };
        using var built = options.CreateNetwork();
        return built.parameters().Sum(parameter => parameter.numel());
    }
}
