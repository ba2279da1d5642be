using System.Globalization;
using System.Text;
using MedSeg.Jobs;
using MedSeg.Terminal;
using Microsoft.ML.MedicalSegmentation.Study;

namespace MedSeg.Study;

/// <summary>Trains the same U-Net without and with each attention block on one task.</summary>
/// <param name="task">The data and the budget.</param>
/// <param name="blocks">Keys of the blocks.</param>
/// <param name="seeds">Seeds of weights and patches; the first decides the split.</param>
/// <param name="threads">Processor cores to train with; 0 takes all.</param>
/// <param name="gpu">The CUDA device. Default: the processor.</param>
internal sealed class BlockStudy(StudyTask task, IReadOnlyList<string> blocks, IReadOnlyList<int> seeds, int threads, int? gpu)
{
    /// <summary>Steps of each of the trainings, of which there are eleven with one seed.</summary>
    public const int Steps = 200;

    /// <summary>The U-Net in words.</summary>
    public const string Sizes = "width 16, 4 levels, one prediction";

    /// <summary>Trains, measures, and writes tables and a plot.</summary>
    /// <param name="dataset">The task's cases.</param>
    /// <param name="folder">Takes attention-study.md, .tsv and .svg, and the states of trainings, in a folder of the task.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    /// <returns>A heading and the table, as Markdown.</returns>
    public string Run(SegmentationDataset dataset, string folder, CancellationToken cancellationToken)
    {
        var results = Path.Combine(folder, $"{task.Key}-blocks");
        var context = DeviceContext.CreateForTraining(gpu, seeds[0]);
        var (training, test) = StudyTraining.Split(dataset, seeds[0]);
        Report.Step(
            $"{task.Key}, {blocks.Count} blocks and the U-Net without: {training.Cases.Count} cases "
                + $"to train on, {test.Cases.Count} to test on."
        );
        var options = new AttentionStudyOptions
        {
            Blocks = blocks,
            Network = new() { SpatialDims = task.SpatialDims, Width = 16, Depth = 4, DeepSupervision = false },
            Seeds = seeds,
            Training = StudyTraining.Options(task, training.Cases.Count, seeds[0], threads, cancellationToken),
            CheckpointFolder = Path.Combine(results, $"states-{task.Steps}-steps-split{seeds[0]}"),
            RunCallback = run => Report.Step($"{task.Key}, {run}."),
        };
        var result = AttentionStudy.Run(context, WithLabels(context, training), WithLabels(context, test), options);
        result.Write(results);

        var trained = options.Training;
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"## {task.Title}: attention blocks in the U-Net").AppendLine();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"U-Net of {Sizes}; {trained.Optimization.MaxEpoch * trained.Sampling.StepsPerEpoch} steps of {task.BatchSize} patches "
                + $"of {task.Patch} voxels; {training.Cases.Count} cases to train on."
        );
        return text.AppendLine().Append(result.ToMarkdown()).ToString();
    }

    private static IDataView WithLabels(MLContext context, SegmentationDataset dataset)
    {
        var transforms = context.MedicalSegmentation().Transforms;
        var rows = dataset.ToDataView(context);
        return transforms
            .LoadVolumes()
            .Append(transforms.NormalizeIntensity())
            .Append(transforms.LoadLabelVolumes())
            .Fit(rows)
            .Transform(rows);
    }
}
