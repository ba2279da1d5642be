using Microsoft.ML.Data;
using Microsoft.ML.MedicalSegmentation.Data.Augmentation;
using Microsoft.ML.MedicalSegmentation.Phantoms;

namespace Microsoft.ML.MedicalSegmentation.Synthesis;

/// <summary>Small phantoms as pairs: the target is a curve of the source in another unit.</summary>
internal static class PairedPhantoms
{
    private static readonly PhantomOptions Options = new()
    {
        Shape = new(1, 16, 16, 16),
        Structures = [new("large", 0.3, 1.5), new("bright", 0.22, 3)],
        Noise = 0.05,
    };

    public sealed class Row
    {
        [VolumeColumn, ColumnName("Image")]
        public Volume Image { get; set; } = null!;

        [VolumeColumn, ColumnName("Target")]
        public Volume Target { get; set; } = null!;

        [LabelVolumeColumn, ColumnName("Region")]
        public LabelVolume Region { get; set; } = null!;
    }

    public static IEnumerable<Row> Rows(int count, int firstSeed = 0) => Enumerable.Range(firstSeed, count).Select(seed =>
    {
        var (image, labels) = Phantom.Create(seed, Options);
        return new Row { Image = image, Target = TargetOf(image), Region = labels };
    });

    public static IDataView Data(MLContext context, int count, int firstSeed = 0) =>
        context.Data.LoadFromEnumerable(Rows(count, firstSeed));

    /// <summary>1000 - 200 times the source, dark where the source is bright.</summary>
    public static Volume TargetOf(Volume image)
        => Volume.Create(image.ToSingle().Voxels.ToArray().Select(value => 1000 - (200 * value)).ToArray(), image.Shape, image.Geometry);

    /// <summary>Networks and a schedule that learn the phantoms in seconds.</summary>
    public static SynthesisTrainer.Options TrainerOptions { get; } = new()
    {
        Network = new UNetOptions { Width = 4, Depth = 2, DeepSupervision = false },
        GlobalDiscriminator = new() { Width = 4, Stages = 2 },
        LocalDiscriminator = new() { Width = 4, Stages = 1 },
        Sampling = new() { BatchSize = 2 },
        Optimization = new() { MaxEpoch = 2, LearningRate = 5e-3 },
        Augmentation = AugmentationPresets.None,
        Seed = 1,
        Device = new() { Threads = 1 },
    };
}
