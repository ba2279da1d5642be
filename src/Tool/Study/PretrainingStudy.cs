using MedSeg.Jobs;
using MedSeg.Terminal;
using Microsoft.ML.MedicalSegmentation.Data.Augmentation;

namespace MedSeg.Study;

/// <summary>
/// Trains the same U-Net from random weights and from a pre-trained encoder on few labelled cases, and compares them case by case.
/// </summary>
/// <remarks>
/// A fifth of the cases, at most <see cref="MostTestCases"/>, is for testing, the same for all seeds. Each seed pre-trains one encoder on
/// the images of all other cases, draws the labelled cases among them, and trains twice on each number of them, with the same steps and
/// augmentation. What a folder already holds is not done again.
/// </remarks>
/// <param name="task">The data and the budget.</param>
/// <param name="labelled">Numbers of labelled cases.</param>
/// <param name="seeds">Seeds of encoders, labelled cases, weights and patches; the first decides the test cases.</param>
/// <param name="pretrainingSteps">Steps of each pre-training.</param>
/// <param name="threads">Processor cores; 0 takes all.</param>
/// <param name="gpu">The CUDA device. Default: the processor.</param>
internal sealed class PretrainingStudy(
    StudyTask task,
    IReadOnlyList<int> labelled,
    IReadOnlyList<int> seeds,
    int pretrainingSteps,
    int threads,
    int? gpu
)
{
    /// <summary>Steps of each training.</summary>
    public const int Steps = 150;

    /// <summary>Steps of each pre-training, of <see cref="Pairs"/> pairs.</summary>
    public const int PretrainingSteps = 200;

    private const int MostTestCases = 30;
    private const int Pairs = 16;
    private const int StepsPerEpoch = 20;

    private UNetOptions Network => new() { SpatialDims = task.SpatialDims, Width = 8, Depth = 4, DeepSupervision = false };

    // Of a volume that hardly exceeds the patch, smaller views differ more.
    private PatchSize Views => task.SpatialDims == 2 ? task.Patch : new(24, 32, 24);

    /// <summary>Pre-trains, trains and measures.</summary>
    /// <param name="dataset">The task's cases.</param>
    /// <param name="folder">Takes encoders and predictions, in a folder of the task.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    /// <returns>A heading and the table, as Markdown.</returns>
    public string Run(SegmentationDataset dataset, string folder, CancellationToken cancellationToken)
    {
        var results = Path.Combine(folder, $"{task.Key}-pretraining-{pretrainingSteps}-{task.Steps}");
        var (pool, test) = StudyTraining.Split(dataset, seeds[0]);
        test = test.WithCases([.. test.Cases.Take(MostTestCases)]);
        var rows = new List<PretrainingStudyRow>();
        foreach (var count in labelled)
        {
            foreach (var seed in seeds)
            {
                var encoder = Encoder(pool, results, seed, cancellationToken);
                var cases = pool.Split(pool.Cases.Count - count, seed).Training;
                var scratch = Measure(cases, test, Path.Combine(results, $"{count}-seed{seed}-scratch"), null, seed, cancellationToken);
                var pretrained = Measure(
                    cases,
                    test,
                    Path.Combine(results, $"{count}-seed{seed}-pretrained"),
                    encoder,
                    seed,
                    cancellationToken
                );
                rows.Add(
                    new(
                        count,
                        seed,
                        scratch.MeanDice,
                        pretrained.MeanDice,
                        scratch.Compare(pretrained).Single(one => one.Class is null && one.Metric.Key == "dice")
                    )
                );
                Report.Step($"{task.Key}, {rows[^1]}.");
            }
        }

        return PretrainingStudyRow.Write(
            $"{task.Title}: few labelled cases",
            $"{test.Cases.Count} test cases; {pool.Cases.Count} images to pre-train on, {pretrainingSteps} steps of {Pairs} pairs "
                + $"of views of {Views} voxels; U-Net of width {Network.Width}, {Network.Depth} levels; {task.Steps} steps of "
                + $"{task.BatchSize} patches of {task.Patch} voxels.",
            rows);
    }

    private string Encoder(SegmentationDataset pool, string results, int seed, CancellationToken cancellationToken)
    {
        var path = Path.Combine(results, $"encoder-seed{seed}.safetensors");
        if (!File.Exists(path))
        {
            var usual = new EncoderPretrainer.Options();
            var (encoder, _, _) = PretrainingJob.Run(DeviceContext.CreateForTraining(gpu, seed), pool, new(), usual with
            {
                Network = Network,
                Sampling = new() { PatchSize = Views, BatchSize = Pairs, StepsPerEpoch = Math.Min(StepsPerEpoch, pretrainingSteps) },
                Optimization = usual.Optimization with { MaxEpoch = Math.Max(1, pretrainingSteps / StepsPerEpoch) },
                Checkpoint = new() { Path = Path.Combine(Directory.CreateDirectory(results).FullName, $"encoder-seed{seed}.state") },
                Device = new() { Threads = threads },
                Seed = seed,
                CancellationToken = cancellationToken,
            });
            encoder.Save(path);
            Report.Step(
                $"{task.Key}, encoder of seed {seed}: loss {encoder.History.Epochs[^1].Loss:0.000} after "
                    + $"{encoder.History.Epochs[^1].Seconds:0} s."
            );
        }

        return path;
    }

    private SegmentationMetrics Measure(
        SegmentationDataset cases,
        SegmentationDataset test,
        string predictions,
        string? encoder,
        int seed,
        CancellationToken cancellationToken
    )
    {
        var context = DeviceContext.CreateForTraining(gpu, seed);
        if (test.Cases.Any(c => !File.Exists(Path.Combine(predictions, $"{c.Id}.nii.gz"))))
        {
            var mirrored = task.SpatialDims == 2 ? VolumeAxes.Height | VolumeAxes.Width : VolumeAxes.None;
            var options = StudyTraining.Options(
                task with
                {
                    Augmentation = AugmentationPresets.NnUNet(mirrored),
                },
                cases.Cases.Count,
                seed,
                threads,
                cancellationToken
            );
            var trained = TrainingJob.Run(
                context,
                cases,
                null,
                new(),
                options with
                {
                    Network = Network,
                    Initialization = new() { WeightsPath = encoder },
                }
            );
            _ = ScoringJob.Run(context, trained.Model, test, predictions, cancellationToken).Count();
        }

        return EvaluationJob.Run(context, test, predictions, MetricList.Find("dice"), cancellation: cancellationToken);
    }
}
