using Microsoft.ML.MedicalSegmentation.Layers.AttentionBlocks;

namespace Microsoft.ML.MedicalSegmentation.Study;

/// <summary>
/// Trains one U-Net without and with each attention block, on the same data with the same seeds, and compares what they reach.
/// </summary>
/// <remarks>
/// <code>
/// var result = AttentionStudy.Run(mlContext, training, test, new() { Seeds = [0, 1] });
/// result.Write("study");
/// </code>
/// After Rao et al. 2021, Studying the Effects of Self-Attention for Medical Image Analysis, https://arxiv.org/abs/2109.01486.
/// Differs: segmentation, where the paper classifies. With the same seed all networks see the same patches in the same order; weights are
/// drawn anew, as a block draws some of its own.
/// </remarks>
public static class AttentionStudy
{
    /// <summary>Does the study: (blocks + 1) x seeds trainings, one after the other.</summary>
    /// <param name="context">Says which device computes.</param>
    /// <param name="training">Rows of volumes and labels, as <see cref="SegmentationTrainer"/> takes them.</param>
    /// <param name="test">Rows of the same columns that no training sees.</param>
    /// <param name="options">What is compared; null takes the defaults.</param>
    /// <exception cref="ArgumentException">
    /// An option, a column or a case cannot be used, or a kept state belongs to other data or options.
    /// </exception>
    /// <exception cref="InputDataException">A kept state is damaged.</exception>
    /// <exception cref="OperationCanceledException">The training options' CancellationToken asked for it.</exception>
    public static AttentionStudyResult Run(MLContext context, IDataView training, IDataView test, AttentionStudyOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(test);
        options ??= new();
        options.Validate();
        List<AttentionStudyRun> runs = [];
        foreach (var block in options.Blocks.Prepend(null))
        {
            foreach (var seed in options.Seeds)
            {
                var run = TrainAndMeasure(context, training, test, options, block, seed);
                runs.Add(run);
                options.RunCallback?.Invoke(run);
            }
        }

        return new(runs);
    }

    private static AttentionStudyRun TrainAndMeasure(
        MLContext context, IDataView training, IDataView test, AttentionStudyOptions options, string? block, int seed)
    {
        // Without a block there are no places for it.
        var network = options.Network with { AttentionBlock = block, AttentionPlaces = block is null ? null : PlacesOf(options, block) };
        var trainerOptions = options.Training with { Network = network, Seed = seed };
        if (options.CheckpointFolder is { } folder)
        {
            var path = Path.Combine(Directory.CreateDirectory(folder).FullName, $"{block ?? AttentionStudyRun.NoBlock}-seed{seed}.state");
            trainerOptions = trainerOptions with { Checkpoint = trainerOptions.Checkpoint with { Path = path } };
        }

        using var model = context.MedicalSegmentation().Trainers.Segmentation(trainerOptions).Fit(training);
        var info = model.Model.Info;
        var (metrics, hausdorff, misses) = Measure(model.Transform(test), trainerOptions, info.Classes);
        return new AttentionStudyRun
        {
            Block = block ?? AttentionStudyRun.NoBlock,
            Seed = seed,
            Parameters = CountParameters(network with { InputChannels = info.Patch.Channels, Classes = info.Classes.Count }),
            TrainingSeconds = model.TrainingHistory?.Epochs[^1].Seconds ?? double.NaN,
            Metrics = metrics,
            Hausdorff95 = hausdorff,
            Misses = misses,
        };
    }

    // Gates can stand on skip connections only, wherever the other blocks are to stand.
    private static AttentionPlaces? PlacesOf(AttentionStudyOptions options, string block) =>
        AttentionBlockList.Find(block).GateFactory is null ? options.Network.AttentionPlaces : null;

    private static (SegmentationMetrics Metrics, double[] Hausdorff95, int Misses) Measure(
        IDataView scored, SegmentationTrainer.Options options, IReadOnlyList<LabelClass> classes)
    {
        var evaluator = new SegmentationEvaluator(classes);
        LabelClass[] structures = [.. classes.Where(c => c.Value != 0)];
        List<double>[] distances = [.. structures.Select(_ => new List<double>())];
        var misses = 0;
        foreach (var (truth, prediction) in Pairs(scored, options))
        {
            evaluator.Add(truth, prediction);
            for (var at = 0; at < structures.Length; at++)
            {
                var distance = SurfaceDistances.Measure(truth, prediction, structures[at].Value).Hausdorff95;
                misses += double.IsPositiveInfinity(distance) ? 1 : 0;
                distances[at].Add(double.IsPositiveInfinity(distance) ? Diagonal(truth) : distance);
            }
        }

        return (evaluator.ToMetrics(), [.. distances.Select(MeanOfNumbers)], misses);
    }

    private static IEnumerable<(LabelVolume Truth, LabelVolume Prediction)> Pairs(IDataView scored, SegmentationTrainer.Options options)
    {
        var (label, predicted) = (scored.Schema[options.LabelColumnName], scored.Schema[options.PredictedLabelColumnName]);
        using var cursor = scored.GetRowCursor([label, predicted]);
        var getLabel = cursor.GetGetter<LabelVolume?>(label);
        var getPrediction = cursor.GetGetter<LabelVolume?>(predicted);
        while (cursor.MoveNext())
        {
            LabelVolume? truth = null;
            LabelVolume? prediction = null;
            getLabel(ref truth);
            getPrediction(ref prediction);
            yield return truth is not null && prediction is not null
                ? (truth, prediction)
                : throw new ArgumentException(
                    $"Row {cursor.Position} of the test data has no value in column "
                        + $"'{options.LabelColumnName}' or no image. Leave rows without both out."
                );
        }
    }

    private static long CountParameters(UNetOptions options)
    {
        using var network = options.CreateNetwork();
        return network.parameters().Sum(parameter => parameter.numel());
    }

    private static double Diagonal(LabelVolume volume)
    {
        var (shape, spacing) = (volume.Shape, volume.Geometry.Spacing);
        return new Vector3D(shape.Width * spacing.X, shape.Height * spacing.Y, shape.IsImage ? 0 : shape.Depth * spacing.Z).Length;
    }

    private static double MeanOfNumbers(IEnumerable<double> values) =>
        values.Where(value => !double.IsNaN(value)).DefaultIfEmpty(double.NaN).Average();
}
