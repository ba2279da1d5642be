using Microsoft.ML.Data;
using Microsoft.ML.MedicalSegmentation.Data.Augmentation;
using Microsoft.ML.MedicalSegmentation.Phantoms;

namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>Small phantoms as training data: two balls of different brightness in noise.</summary>
internal static class TwoBalls
{
    public static readonly PhantomOptions Options = new()
    {
        Shape = new(1, 16, 16, 16),
        Structures = [new("large", 0.3, 1.5), new("bright", 0.22, 3)],
    };

    public sealed class Row
    {
        [VolumeColumn, ColumnName("Image")]
        public Volume Image { get; set; } = null!;

        [LabelVolumeColumn, ColumnName("Label")]
        public LabelVolume Label { get; set; } = null!;
    }

    public static IEnumerable<Row> Rows(int count, int firstSeed = 0, PhantomOptions? options = null) =>
        Enumerable
            .Range(firstSeed, count)
            .Select(seed =>
            {
                var (image, labels) = Phantom.Create(seed, options ?? Options);
                return new Row { Image = image, Label = labels };
            });

    public static IDataView Data(MLContext context, int count, int firstSeed = 0, PhantomOptions? options = null)
        => context.Data.LoadFromEnumerable(Rows(count, firstSeed, options));

    /// <summary>A network and a schedule that learn the phantoms in seconds.</summary>
    public static SegmentationTrainer.Options TrainerOptions { get; } = new()
    {
        Network = new AttentionUNetOptions { Width = 8, Depth = 3 },
        Loss = new DiceCrossEntropyLoss(),
        Sampling = new() { BatchSize = 4 },
        Optimization = new() { MaxEpoch = 20, LearningRate = 1e-2, WeightAverageDecay = 0.9 },
        Augmentation = AugmentationPresets.None,
        Seed = 1,
        Device = new() { Threads = 1 },
    };

    /// <summary>A trainer of a small network for two epochs.</summary>
    public static SegmentationTrainer BriefTrainer(
        MLContext context,
        Func<SegmentationTrainer.Options, SegmentationTrainer.Options>? change = null
    )
    {
        var options = TrainerOptions with
        {
            Network = new AttentionUNetOptions { Width = 4, Depth = 3 },
            Optimization = TrainerOptions.Optimization with { MaxEpoch = 2 },
        };
        return context.MedicalSegmentation().Trainers.Segmentation(change is null ? options : change(options));
    }
}
