namespace Microsoft.ML.MedicalSegmentation.Contracts;

/// <summary>Every network of the list learns the two balls, by the trainer and the model that users get.</summary>
[TestClass]
[DoNotParallelize]
public class NetworkTrainingTests
{
    private static readonly Dictionary<string, Form> Forms = new()
    {
        ["unetr-plus-plus"] = new(SmallUNETRPlusPlus) { Epochs = 40 },
        ["medical-transformer"] = new(new NetworkOptions { Preset = "gated" }) { Epochs = 30, LearningRate = 5e-3 },
        ["ca-net"] = new(new CANetOptions { Width = 8, Depth = 3, Dropout = 0 }) { Epochs = 30, LearningRate = 3e-3 },

        // These predict at a quarter of the image's resolution, so that balls must be larger; in 3D, of whose balls more is surface, the seconds of
        // a test take them to 0.9 only.
        ["multi-scale-dual-attention"] = Coarse(new MultiScaleDualAttentionOptions { Encoder = ResidualEncoderForm.Small, Width = 8 }),
        ["dual-attention"] = Coarse(new DualAttentionOptions { Encoder = DualAttentionEncoder.UNet, Width = 8, Depth = 3 }),
    };

    private static Form Coarse(NetworkOptions options)
        => new(options) { Epochs = 30, LearningRate = 5e-3, Enlargement = 2, LeastDice = [0.95, 0.88] };

    private static UNETRPlusPlusOptions SmallUNETRPlusPlus => new()
    {
        Stem = [1, 2, 2],
        Width = 8,
        Depth = 2,
        BlocksPerStage = 1,
        AttentionDropout = 0,
        DecoderAttentionDropout = 0,
    };

    public static IEnumerable<object[]> Cases => NetworkList.All.SelectMany(entry => entry.SpatialDims, (entry, dims) => new object[] { entry.Key, dims });

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Fit_TwoBalls_ScoresNewOnesAbove95(string key, int dims)
    {
        var context = new MLContext(seed: 1);
        var options = TwoBalls.TrainerOptions;
        options.Network = key;
        var form = Forms.GetValueOrDefault(key, new(new() { Width = 8, Depth = 3 }));
        var side = (dims == 2 ? 32 : 16) * form.Enlargement;
        options.NetworkOptions = form.Options with { SpatialDims = dims };
        options.PatchSize = new(dims == 2 ? 1 : side, side, side);
        options.MaxEpoch = form.Epochs;
        options.LearningRate = form.LearningRate;
        var balls = new PhantomOptions { Shape = options.PatchSize.Value.ToShape(1), Structures = form.Enlargement == 1 ? TwoBalls.Options.Structures : [new("large", 0.4, 1.5), new("bright", 0.3, 3)] };
        using var model = context.MedicalSegmentation().Trainers.Segmentation(options).Fit(TwoBalls.Data(context, dims == 2 ? 32 : 24, 0, balls));

        var tested = TwoBalls.Data(context, 8, 200, balls);
        var metrics = context.MedicalSegmentation().Evaluate(model.Transform(tested));

        Assert.IsTrue(metrics.Classes.All(c => c.Dice > form.LeastDice[dims - 2]), $"{key} {dims}D: {metrics}");
    }

    /// <summary>A small form of a network, and what it needs to learn the balls in seconds.</summary>
    private sealed record Form(NetworkOptions Options)
    {
        public int Epochs { get; init; } = 20;

        public double LearningRate { get; init; } = 1e-2;

        public int Enlargement { get; init; } = 1;

        /// <summary>In 2D and in 3D.</summary>
        public double[] LeastDice { get; init; } = [0.95, 0.95];
    }
}
