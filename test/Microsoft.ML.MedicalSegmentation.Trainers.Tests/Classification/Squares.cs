using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Classification;

/// <summary>Small images to classify: noise alone, with a bright square, or with a dark one, at random places.</summary>
internal static class Squares
{
    public const string Plain = "plain", Bright = "bright", Dark = "dark";

    public sealed class Row
    {
        [VolumeColumn]
        public Volume Image { get; set; } = null!;

        public string Label { get; set; } = "";

        public bool IsBright { get; set; }

        public string ImagePath { get; set; } = "";
    }

    public static IEnumerable<Row> Rows(int count, int firstSeed = 0, int classes = 2, int side = 20, int depth = 1)
        => Enumerable.Range(firstSeed, count).Select(seed =>
        {
            var label = new[] { Plain, Bright, Dark }[seed % classes];
            return new Row { Image = Draw(seed, label, side, depth), Label = label, IsBright = label == Bright };
        });

    public static IDataView Data(MLContext context, int count, int firstSeed = 0, int classes = 2, int side = 20, int depth = 1)
        => context.Data.LoadFromEnumerable(Rows(count, firstSeed, classes, side, depth));

    /// <summary>A network and a schedule that learn the squares in seconds.</summary>
    public static ClassificationTrainer.Options Options { get; } = new()
    {
        Network = new ResNetOptions { Width = 8 },
        BatchSize = 16,
        Optimization = new() { MaxEpoch = 12, LearningRate = 5e-3, Schedule = LearningRateSchedule.Cosine, WeightAverageDecay = 0.9 },
        Seed = 1,
        Device = new() { Threads = 1 },
        ScoringThreads = 1,
    };

    /// <summary>Two epochs of a smaller network.</summary>
    public static ClassificationTrainer.Options Brief { get; } = Options with
    {
        Network = new ResNetOptions { Width = 4 },
        BatchSize = 4,
        Optimization = Options.Optimization with { MaxEpoch = 2 },
    };

    private static Volume<byte> Draw(int seed, string label, int side, int depth)
    {
        var random = new RandomStream(seed, 77);
        var voxels = new byte[depth * side * side];
        for (var i = 0; i < voxels.Length; i++)
        {
            voxels[i] = (byte)(100 + (random.NextGaussian() * 12));
        }

        var (edge, change) = (6, label == Bright ? 60 : label == Dark ? -60 : 0);
        var (x, y, z) = (random.NextInt(side - edge), random.NextInt(side - edge), depth == 1 ? 0 : random.NextInt(depth - edge));
        for (var dz = 0; dz < Math.Min(edge, depth); dz++)
        {
            for (var dy = 0; dy < edge; dy++)
            {
                for (var dx = 0; dx < edge; dx++)
                {
                    voxels[((((z + dz) * side) + y + dy) * side) + x + dx] += (byte)change;
                }
            }
        }

        return Volume.Create(voxels, new(1, depth, side, side));
    }
}
