using MedSeg.Classification;
using MedSeg.Jobs;
using MedSeg.Terminal;
using Microsoft.ML.MedicalSegmentation.Explanation;
using Microsoft.ML.MedicalSegmentation.Study;

namespace MedSeg.Study;

/// <summary>Trains the same residual network without and with each attention block on chest X-rays of children.</summary>
/// <param name="blocks">Keys of the blocks.</param>
/// <param name="seeds">Seeds of weights and images.</param>
/// <param name="epochs">Epochs of each training; null takes the study's own.</param>
/// <param name="threads">Processor cores to train with; 0 takes all.</param>
/// <param name="gpu">The CUDA device. Default: the processor.</param>
internal sealed class ClassificationBlocks(IReadOnlyList<string> blocks, IReadOnlyList<int> seeds, int? epochs, int threads, int? gpu)
{
    /// <summary>Where the data lies under the data folder.</summary>
    public const string Folder = "2d/pneumonia_mnist";

    /// <summary>Epochs of each training.</summary>
    public const int Epochs = 4;

    private const int Width = 16;

    /// <summary>How each network is trained.</summary>
    public static ClassificationTrainer.Options Training { get; } = new()
    {
        BatchSize = 64,
        BalancedClasses = true,
        Normalization = ClassificationNormalization.Dataset,
        Optimization = new() { MaxEpoch = Epochs, LearningRate = 2e-3, Schedule = LearningRateSchedule.Cosine, WarmUpSteps = 20 },
    };

    /// <summary>Trains, measures and writes tables and, where asked for, a sheet for readers.</summary>
    /// <param name="data">The data folder.</param>
    /// <param name="folder">Takes classification-study.md and .tsv, and the states of trainings, in a folder of its own.</param>
    /// <param name="sheet">Pairs of maps on the sheet; 0 for none.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    /// <returns>A heading and the table, as Markdown.</returns>
    public string Run(string data, string folder, int sheet, CancellationToken cancellationToken)
    {
        var results = Path.Combine(folder, "pneumonia-blocks");
        var context = DeviceContext.CreateForTraining(gpu, seeds[0]);
        var dataset = context.MedicalSegmentation().Data.ReadImageFolders(Path.Combine(data, Folder));
        var (training, test) = (dataset.Part("train"), dataset.Part("test"));
        Report.Step(
            $"{blocks.Count} blocks and the network without: {training.Images.Count} images to train on, {test.Images.Count} to test on."
        );
        var options = Training with
        {
            Optimization = Training.Optimization with { MaxEpoch = epochs ?? Epochs },
            Device = new() { Threads = threads, Precision = TrainingPrecision.Automatic },
            CancellationToken = cancellationToken,
        };
        var models = new Dictionary<string, ClassificationModel>();
        var result = ClassificationStudy.Run(
            context,
            ClassificationJob.Images(context, training),
            ClassificationJob.Images(context, test),
            new()
            {
                Blocks = blocks,
                Network = new() { Width = Width },
                Training = options,
                Seeds = seeds,
                CheckpointFolder = Path.Combine(results, $"states-{options.Optimization.MaxEpoch}-epochs"),
                RunCallback = run => Report.Step($"{run}."),
                ModelCallback = sheet > 0 ? (block, seed, model) => models.TryAdd(block, model) : null,
            }
        );
        result.Write(results);
        if (sheet > 0)
        {
            WriteSheet(results, test, models[AttentionStudyRun.NoBlock], models[blocks[0]], sheet);
        }

        return "## Pneumonia in chest X-rays of children (PneumoniaMNIST): attention blocks in "
            + $"ResNet-18{Environment.NewLine}{Environment.NewLine}"
            + $"ResNet-18 of width {Width} with the stem for small images; {options.Optimization.MaxEpoch} epochs of "
            + $"{training.Images.Count / options.BatchSize} steps of {options.BatchSize} images of 28 x 28 "
            + $"pixels.{Environment.NewLine}{Environment.NewLine}"
            + result.ToMarkdown();
    }

    // Maps of the plain network and of the one with the first block, of positive test images.
    private void WriteSheet(string folder, ClassificationDataset test, ClassificationModel plain, ClassificationModel attentive, int count)
    {
        var positive = test.Classes[^1];
        using var first = ClassificationExplainer.FromModel(plain, threads);
        using var second = ClassificationExplainer.FromModel(attentive, threads);
        var images = test.Images.Where(image => image.Label == positive).ToArray();
        new Random(seeds[0]).Shuffle(images);
        JudgementSheet.Write(
            folder,
            "Which map shows it better?",
            AttentionStudyRun.NoBlock,
            blocks[0],
            [
                .. images
                    .Take(count)
                    .Select(image =>
                    {
                        var volume = VolumeFormats.Open(image.Path);
                        return new JudgementPair(
                            $"{image.Label}/{Path.GetFileName(image.Path)}",
                            positive,
                            volume,
                            first.GradCam(volume, positive),
                            second.GradCam(volume, positive)
                        );
                    }),
            ],
            seeds[0]
        );
        Report.Step(
            $"Wrote {Path.Combine(folder, JudgementSheet.PageName)} for readers, and {JudgementSheet.KeyName}, which they do not get."
        );
    }
}
