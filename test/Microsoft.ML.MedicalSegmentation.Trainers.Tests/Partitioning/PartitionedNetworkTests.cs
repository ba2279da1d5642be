using Microsoft.ML.MedicalSegmentation.Runtime;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Partitioning;

/// <summary>
/// Networks by parts give the logits, losses, gradients and steps of the whole image; norms and dropout are those of training.
/// </summary>
[TestClass]
[DoNotParallelize]
public class PartitionedNetworkTests
{
    private const double Tolerance = 1e-4;

    private static readonly int[][] EvenAndOdd = [[2, 2, 2], [3, 1, 2]];

    private static readonly Dictionary<string, Case> Networks = new()
    {
        ["unet"] = new(
            new UNetOptions
            {
                Width = 4,
                Depth = 3,
                Classes = 3,
            },
            [12, 8, 12],
            new DiceCrossEntropyLoss(),
            EvenAndOdd
        ),
        ["attention unet"] = new(
            new AttentionUNetOptions
            {
                Width = 4,
                Depth = 3,
                Classes = 2,
            },
            [12, 8, 8],
            new DiceLoss { IncludeBackground = true },
            EvenAndOdd
        ),
        ["ca-net"] = new(
            new CANetOptions
            {
                Width = 4,
                Depth = 3,
                Classes = 2,
            },
            [13, 9, 10],
            new LogDiceLoss { IncludeBackground = true, BatchDice = true },
            EvenAndOdd
        ),
        ["dual attention"] = new(
            new DualAttentionOptions
            {
                Encoder = DualAttentionEncoder.ResNet18,
                Width = 4,
                Classes = 2,
            },
            [24, 17, 16],
            new DiceCrossEntropyLoss(),
            EvenAndOdd
        ),
        ["unetr++"] = new(
            new UNETRPlusPlusOptions
            {
                PatchSize = [12, 8, 8],
                Stem = [2, 2, 2],
                Depth = 3,
                Width = 8,
                Heads = 2,
                ProjectedTokens = 6,
                CoarsestProjectedTokens = 4,
                BlocksPerStage = 1,
                Classes = 2,
            },
            [12, 8, 8],
            new DiceCrossEntropyLoss(),
            EvenAndOdd),

        // Further forms, losses and networks, one step each.
        ["residual unet"] = new(
            new UNetOptions
            {
                SpatialDims = 2,
                Form = UNetForm.ResidualEncoder,
                Width = 4,
                Depth = 4,
                Classes = 2,
                BlocksPerStage = [1],
            },
            [24, 40],
            new TverskyLoss(),
            [
                [3, 2],
            ]
        ),
        ["attention unet, softmax gates"] = new(
            new AttentionUNetOptions
            {
                SpatialDims = 2,
                Width = 4,
                Depth = 3,
                Classes = 2,
                GateActivation = GateActivation.SpatialSoftmax,
                TransposedUpsampling = true,
            },
            [20, 24],
            new FocalLoss(),
            [
                [2, 2],
            ]
        ),
        ["attention unet, community"] = new(
            new AttentionUNetOptions
            {
                SpatialDims = 2,
                Form = AttentionUNetForm.Community,
                Width = 4,
                Depth = 3,
                Classes = 2,
            },
            [20, 24],
            new CrossEntropyLoss(),
            [
                [2, 3],
            ]
        ),
        ["ca-net, two axes"] = new(
            new CANetOptions
            {
                SpatialDims = 2,
                Width = 4,
                Depth = 4,
                Classes = 2,
            },
            [25, 31],
            new CrossEntropyLoss { ClassWeights = [1, 3], IgnoreIndex = 2 },
            [
                [3, 1],
            ]
        ),
        ["dual attention, two axes"] = new(
            new DualAttentionOptions
            {
                SpatialDims = 2,
                Encoder = DualAttentionEncoder.UNet,
                Width = 8,
                Depth = 3,
                Classes = 2,
            },
            [24, 20],
            new DiceCrossEntropyLoss { BatchDice = true },
            [
                [2, 2],
            ]
        ),
        ["unetr++ by a matrix, corrected"] = new(
            new UNETRPlusPlusOptions
            {
                PatchSize = [8, 8, 8],
                Stem = [2, 2, 2],
                Depth = 3,
                Width = 8,
                Heads = 2,
                ProjectedTokens = 6,
                CoarsestProjectedTokens = 4,
                BlocksPerStage = 1,
                Classes = 2,
                TokenProjection = TokenProjection.Matrix,
                AddsAttentions = true,
                CorrectedSpatialAttention = true,
            },
            [8, 8, 8],
            new DiceCrossEntropyLoss(),
            [[2, 1, 2]]),
        ["gated axial"] = new(
            new MedicalTransformerOptions
            {
                Form = MedicalTransformerForm.GatedAxial,
                PatchSize = [64, 64],
                Width = 16,
                Groups = 2,
                BlocksPerStage = [1, 1, 1, 1],
                Classes = 2,
            },
            [64, 64],
            new CrossEntropyLoss(),
            [
                [2, 2],
            ],
            IsSensitive: true
        ),
        ["transattunet"] = new(
            new TransAttUNetOptions
            {
                SpatialDims = 2,
                Width = 4,
                Depth = 3,
                Classes = 2,
            },
            [25, 30],
            new DiceCrossEntropyLoss(),
            [
                [2, 2],
            ]
        ),
        ["multi-scale dual attention"] = new(
            new MultiScaleDualAttentionOptions
            {
                SpatialDims = 2,
                Width = 4,
                Encoder = ResidualEncoderForm.Small,
                Classes = 2,
            },
            [80, 48],
            new CrossEntropyLoss(),
            [
                [2, 2],
            ]
        ),
    };

    public static IEnumerable<object[]> Cases =>
        from network in Networks.Keys
        from parts in Networks[network].Parts
        select new object[] { network, parts };

    // Networks are tiny, and threads that wait for each other take longer than one alone.
    private ThreadCount? _threads;

    public TestContext TestContext { get; set; } = null!;

    [TestInitialize]
    public void UseOneThread() => _threads = new ThreadCount(1);

    [TestCleanup]
    public void UseThreadsAgain() => _threads?.Dispose();

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Network_ByParts_EqualsTheWhole(string network, int[] parts) =>
        Compare(network, new PartitionOptions { Parts = parts }, null);

    [TestMethod]
    [DataRow("unet")]
    [DataRow("dual attention")]
    [DataRow("unetr++")]
    public void Network_ByPartsOnGpus_EqualsTheWhole(string network)
    {
        if (!cuda.is_available())
        {
            Assert.Inconclusive("There is no CUDA device.");
        }

        var devices = Enumerable.Range(0, cuda.device_count()).Select(id => $"cuda:{id}").Append("cpu").ToList();
        Compare(network, new PartitionOptions { Parts = [2, 2, 2], Devices = devices }, device("cuda:0"));
    }

    [TestMethod]
    public void Parts_OfEqualSize_HoldTheirShareAndHalos()
    {
        using var pair = new NetworkPair(new UNetOptions { Width = 8, Depth = 3 }, new PartitionOptions { Parts = [2, 2, 2] });
        var plan = pair.Parts.Plan([1, 1, 32, 32, 32]);
        TestContext.WriteLine($"{plan}; halos {string.Join(", ", plan.Halos.Select(halo => $"{(double)halo / plan.Whole:P2}"))}");

        // What norms know of a whole channel is a few numbers more.
        Assert.IsLessThan(0.1252, plan.LargestShare);
        Assert.IsTrue(plan.Gathered.All(numbers => numbers == 0));
    }

    [TestMethod]
    public void Plan_TooManyParts_IsRefusedWithWhatFits()
    {
        using var pair = new NetworkPair(new UNetOptions { Width = 4, Depth = 4 }, new PartitionOptions { Parts = [3, 1, 1] });
        var error = Assert.ThrowsExactly<ArgumentException>(() => pair.Parts.Plan([1, 1, 16, 16, 16]));
        StringAssert.Contains(error.Message, "at most 2 parts");
    }

    [TestMethod]
    public void Plan_AttentionBeyondTheLimit_IsRefusedByName()
    {
        var (options, size, _, _, _) = Networks["dual attention"];
        using var pair = new NetworkPair(options, new PartitionOptions { Parts = [2, 2, 2], MaximumGathered = 10 });
        var error = Assert.ThrowsExactly<ArgumentException>(() => pair.Parts.Plan([1, 1, .. size]));
        StringAssert.Contains(error.Message, "A product over positions");
        StringAssert.Contains(error.Message, "MaximumGathered");
    }

    [TestMethod]
    public void TrainingLoss_ThatIsNoFunctionOfSums_IsRefused()
    {
        var (options, size, _, _, _) = Networks["unet"];
        using var pair = new NetworkPair(options, new PartitionOptions { Parts = [2, 1, 1] });
        var error = Assert.ThrowsExactly<ArgumentException>(() =>
            pair.Parts.TrainingLoss(rand([1, 1, .. size]), zeros([1, .. size], ScalarType.Int64), new MedianLoss())
        );
        StringAssert.Contains(error.Message, nameof(MedianLoss));
    }

    private void Compare(string network, PartitionOptions partition, Device? device)
    {
        var (options, size, loss, partitions, isSensitive) = Networks[network];
        using var scope = NewDisposeScope();
        using var pair = new NetworkPair(options, partition, device);
        random.manual_seed(5);
        var image = randn([2, 1, .. size]).to(device ?? CPU);
        var labels = randint(0, loss.IgnoreIndex is null ? options.Classes : options.Classes + 1, [2, .. size], dtype: ScalarType.Int64)
            .to(device ?? CPU);

        var logits = pair.LogitsDifference(image);

        // Batch norms over few values enlarge rounding; then the measure is what a change of the image in its last digits does.
        var tolerance = isSensitive ? Math.Max(Tolerance, 3 * pair.Sensitivity(image, labels, loss)) : Tolerance;
        var (lossDifference, gradient, weight, worst) = pair.TrainingDifferences(image, labels, loss, steps: partitions.Length > 1 ? 3 : 1);
        TestContext.WriteLine(
            $"logits {logits:g2}, loss {lossDifference:g2}, gradient {gradient:g2} ({worst}), weights {weight:g2}, tolerance "
                + $"{tolerance:g2}; {pair.Parts.Plan(image.shape)}"
        );
        Assert.IsLessThan(Tolerance, logits, "logits");
        Assert.IsLessThan(Tolerance, lossDifference, "loss");
        Assert.IsLessThan(tolerance, gradient, $"gradient of {worst}");
        Assert.IsLessThan(tolerance, weight, "weights after the steps");
    }

    private sealed record Case(NetworkOptions Options, long[] Size, Loss Loss, int[][] Parts, bool IsSensitive = false);

    private sealed record MedianLoss : Loss
    {
        protected override Tensor ComputeCore(Tensor logits, Tensor labels) => logits.median();
    }
}
