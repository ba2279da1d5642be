using Microsoft.ML.MedicalSegmentation.Networks;
using Microsoft.ML.MedicalSegmentation.Phantoms;
using Microsoft.ML.MedicalSegmentation.Training;

namespace Microsoft.ML.MedicalSegmentation.Contracts;

/// <summary>Every network of the list learns the two balls, by the trainer and the model that users get.</summary>
[TestClass]
[DoNotParallelize]
public class NetworkTrainingTests
{
    private const double LeastDice = 0.95;

    private static readonly Dictionary<string, Form> Forms = new()
    {
        ["unetr-plus-plus"] = new(SmallUNETRPlusPlus) { Epochs = 40 },
        ["medical-transformer"] = new(
            new MedicalTransformerOptions { Form = MedicalTransformerForm.GatedAxial, BlocksPerStage = [1, 1, 1, 1] }
        )
        {
            Epochs = 45,
            LearningRate = 5e-3,
        },
        ["ca-net"] = new(SmallCANet(8)) { Epochs = 30, LearningRate = 3e-3 },
        ["ca-net 3D"] = new(SmallCANet(4)),

        // These predict at a quarter of the image's resolution.
        ["multi-scale-dual-attention"] = new(SmallMultiScaleDualAttention(8)) { IsCoarse = true, Epochs = 2 },
        ["multi-scale-dual-attention 3D"] = new(SmallMultiScaleDualAttention(4))
        {
            IsCoarse = true,
            Epochs = 2,
            Count = 40,
        },
        ["dual-attention"] = new(new DualAttentionOptions { Encoder = DualAttentionEncoder.UNet, Width = 8, Depth = 3 })
        {
            IsCoarse = true,
            Epochs = 4,
        },
    };

    private static UNETRPlusPlusOptions SmallUNETRPlusPlus => new()
    {
        Stem = [1, 2, 2],
        Width = 8,
        Depth = 2,
        BlocksPerStage = 1,
        AttentionDropout = 0,
        DecoderAttentionDropout = 0,
    };

    private static CANetOptions SmallCANet(int width) => new()
    {
        Width = width,
        Depth = 3,
        Dropout = 0,
    };

    private static MultiScaleDualAttentionOptions SmallMultiScaleDualAttention(int width) => new()
    {
        DeepSupervision = false,
        Encoder = ResidualEncoderForm.Small,
        Width = width,
    };

    public static IEnumerable<object[]> Cases =>
        NetworkList.All.SelectMany(entry => entry.SpatialDims, (entry, dims) => new object[] { entry.Key, dims });

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Fit_TwoBalls_ScoresNewOnesAbove95(string key, int dims)
    {
        var context = new MLContext(seed: 1);
        var form = Forms.GetValueOrDefault($"{key} {dims}D")
            ?? Forms.GetValueOrDefault(key)
            ?? new(NetworkList.Find(key).DefaultOptions with { Width = 8, Depth = 3 });
        var balls = form.IsCoarse ? Balls.LargeAndApart(dims) : Balls.Small(dims);
        var options = TwoBalls.TrainerOptions;
        options = options with
        {
            Network = form.Options with { SpatialDims = dims },
            Loss = new DiceCrossEntropyLoss(),
            Sampling = options.Sampling with { PatchSize = balls.Patch, BatchSize = balls.BatchSize },
            Optimization = options.Optimization with { MaxEpoch = form.Epochs, LearningRate = form.LearningRate },
        };

        using var model = context
            .MedicalSegmentation()
            .Trainers.Segmentation(options)
            .Fit(TwoBalls.Data(context, form.Count ?? balls.Count, 0, balls.Phantoms));
        var metrics = context.MedicalSegmentation().Evaluate(model.Transform(TwoBalls.Data(context, 8, firstSeed: 200, balls.Phantoms)));

        Assert.IsTrue(metrics.Classes.All(c => c.Dice > LeastDice), $"{key} {dims}D: {metrics}");
    }

    /// <summary>A small form of a network, and what it needs to learn the balls in seconds.</summary>
    private sealed record Form(NetworkOptions Options)
    {
        public int Epochs { get; init; } = 20;

        public double LearningRate { get; init; } = 1e-2;

        public bool IsCoarse { get; init; }

        /// <summary>How many phantoms, where fewer suffice.</summary>
        public int? Count { get; init; }
    }

    /// <summary>Phantoms to learn from.</summary>
    /// <param name="Patch">Their size.</param>
    /// <param name="Phantoms">What they look like.</param>
    /// <param name="Count">How many.</param>
    /// <param name="BatchSize">How many to a step.</param>
    private sealed record Balls(PatchSize Patch, PhantomOptions Phantoms, int Count, int BatchSize)
    {
        public static Balls Small(int dims)
        {
            var patch = dims == 2 ? new PatchSize(1, 32, 32) : new PatchSize(16, 16, 16);
            return new(
                patch,
                new() { Shape = patch.ToShape(1), Structures = TwoBalls.Options.Structures },
                dims == 2 ? 32 : 24,
                BatchSize: 4
            );
        }

        /// <summary>
        /// Balls of which more is volume than surface, and of which none hides a part of the other: a rest of it would be small.
        /// </summary>
        public static Balls LargeAndApart(int dims)
        {
            var patch = new PatchSize(dims == 2 ? 1 : 32, 32, 64);
            var phantoms = new PhantomOptions
            {
                Shape = patch.ToShape(1),
                Structures = [new("large", 0.4, 1.5), new("bright", 0.36, 3)],
                Apart = true,
            };
            return new(patch, phantoms, dims == 2 ? 100 : 72, BatchSize: 1);
        }
    }
}
