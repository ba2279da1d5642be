using Microsoft.ML.Data;

namespace Microsoft.ML.MedicalSegmentation.Study;

/// <summary>
/// Trains one residual network without and with each attention block on the same images with the same seeds, and compares their areas under
/// the ROC curve.
/// </summary>
/// <remarks>
/// After Rao et al. 2021, Studying the Effects of Self-Attention for Medical Image Analysis, https://arxiv.org/abs/2109.01486, which
/// compares squeeze-and-excitation, CBAM and global context with a plain network on four such tasks.
/// </remarks>
public static class ClassificationStudy
{
    /// <summary>Does the study: (blocks + 1) x seeds trainings, one after the other.</summary>
    /// <param name="context">Says which device computes.</param>
    /// <param name="training">Rows of images and labels, as <see cref="ClassificationTrainer"/> takes them.</param>
    /// <param name="test">Rows of the same columns that no training sees.</param>
    /// <param name="options">What is compared; null takes the defaults.</param>
    /// <exception cref="ArgumentException">
    /// An option, a column or an image cannot be used, or a kept state belongs to other data or options.
    /// </exception>
    /// <exception cref="InputDataException">A kept state is damaged.</exception>
    /// <exception cref="OperationCanceledException">The training options' CancellationToken asked for it.</exception>
    public static ClassificationStudyResult Run(
        MLContext context,
        IDataView training,
        IDataView test,
        ClassificationStudyOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(test);
        options ??= new();
        options.Validate();
        List<ClassificationStudyRun> runs = [];
        foreach (var (block, seed) in options.Blocks.Prepend(null).SelectMany(_ => options.Seeds, (block, seed) => (block, seed)))
        {
            var run = TrainAndMeasure(context, training, test, options, block, seed);
            runs.Add(run);
            options.RunCallback?.Invoke(run);
        }

        return new(runs);
    }

    private static ClassificationStudyRun TrainAndMeasure(
        MLContext context, IDataView training, IDataView test, ClassificationStudyOptions options, string? block, int seed)
    {
        var name = block ?? AttentionStudyRun.NoBlock;
        var network = options.Network with
        {
            AttentionBlock = block,
            AttentionPlace = block is null ? null : options.Network.AttentionPlace,
        };
        var trainerOptions = options.Training with { Network = network, Seed = seed };
        var kept = options.CheckpointFolder is { } folder
            ? new KeptRun(Path.Combine(Directory.CreateDirectory(folder).FullName, $"{name}-seed{seed}"), $"{trainerOptions}")
            : null;
        if (kept?.Find(Labels(test, trainerOptions.LabelColumnName)) is { } found && options.ModelCallback is null)
        {
            return found;
        }

        trainerOptions = kept is null ? trainerOptions : trainerOptions with { Checkpoint = new() { Path = kept.StatePath } };
        using var model = context.MedicalSegmentation().Trainers.Classification(trainerOptions).Fit(training);
        options.ModelCallback?.Invoke(name, seed, model.Model);
        var run = new ClassificationStudyRun
        {
            Block = name,
            Seed = seed,
            Parameters = CountParameters(network, model.Model.Info),
            TrainingSeconds = model.TrainingHistory?.Epochs[^1].Seconds ?? double.NaN,
            Evaluation = context.MedicalSegmentation().EvaluateClassification(model.Transform(test), trainerOptions.LabelColumnName),
        };
        kept?.Write(run);
        return run;
    }

    // The labels of the test images; reads no image.
    private static List<string> Labels(IDataView test, string column)
    {
        var keyed = test.Schema[column];
        using var cursor = test.GetRowCursor([keyed]);
        var labels = new List<string>();
        if (keyed.Type is not TextDataViewType)
        {
            return labels;
        }

        var get = cursor.GetGetter<ReadOnlyMemory<char>>(keyed);
        while (cursor.MoveNext())
        {
            ReadOnlyMemory<char> label = default;
            get(ref label);
            labels.Add(label.ToString());
        }

        return labels;
    }

    private static long CountParameters(ResNetOptions options, ClassificationModelInfo info)
    {
        using var network = (options with
        {
            SpatialDims = info.SpatialDimensions,
            InputChannels = info.Channels,
            Classes = info.Classes.Count,
            PatchSize = [.. info.Size.Skip(info.SpatialDimensions == 2 ? 1 : 0)],
        }).CreateNetwork();
        return network.parameters().Sum(parameter => parameter.numel());
    }
}
