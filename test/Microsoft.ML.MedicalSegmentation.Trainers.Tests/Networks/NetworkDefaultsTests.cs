using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Networks.MultiScaleDualAttentionNets;
using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Networks;

/// <summary>What a network trains with when only its name is given, against its paper's recipe.</summary>
[TestClass]
[DoNotParallelize]
public class NetworkDefaultsTests
{
    /// <summary>
    /// By network: the paper's loss, the number of predictions beside the result, and how they weigh (null: by the network's own losses).
    /// </summary>
    private static readonly Dictionary<string, (Loss Loss, int SideOutputs, double[]? Weights)> Papers = new()
    {
        // Depth 6: five stages of the decoder predict, and the coarsest counts nothing (nnU-Net v2).
        ["unet"] = (new DiceCrossEntropyLoss(), 4, [8.0 / 15, 4.0 / 15, 2.0 / 15, 1.0 / 15, 0]),
        ["unetr-plus-plus"] = (new DiceCrossEntropyLoss(), 2, [4.0 / 7, 2.0 / 7, 1.0 / 7]),
        ["attention-unet"] = (new DiceLoss { IncludeBackground = true, Smooth = 0.01 }, 0, [1]),
        ["medical-transformer"] = (new CrossEntropyLoss(), 0, [1]),
        ["ca-net"] = (new LogDiceLoss { IncludeBackground = true, BatchDice = true, DenominatorOffset = 1 }, 0, [1]),
        ["transattunet"] = (new DiceCrossEntropyLoss(), 0, [1]),
        ["dual-attention"] = (new CrossEntropyLoss(), 2, [1, 1, 1]),
        ["multi-scale-dual-attention"] = (new CrossEntropyLoss(), 8, null),
    };

    public static IEnumerable<object[]> Keys => NetworkList.All.Select(entry => new object[] { entry.Key });

    [TestMethod]
    [DynamicData(nameof(Keys))]
    public void Options_OfTheNameAlone_HaveThePapersLoss(string key)
    {
        var options = new SegmentationTrainer.Options { Network = NetworkList.Find(key).DefaultOptions };

        Assert.AreEqual(Papers[key].Loss, options.LossOrDefault);
    }

    [TestMethod]
    [DynamicData(nameof(Keys))]
    public void Recipe_OfTheNetwork_TrainsAsTheDefaults(string key)
    {
        if (TrainingRecipes.All.FirstOrDefault(recipe => recipe.Key == key) is not { } recipe)
        {
            Assert.AreEqual("transattunet", key, "Its authors published no training code; every other network has a recipe.");
            return;
        }

        Assert.AreEqual(Papers[key].Loss, recipe.Options.LossOrDefault);
        var defaults = NetworkList.Find(key).DefaultOptions with { SpatialDims = recipe.Options.Network.SpatialDims };
        Assert.AreEqual(defaults, recipe.Options.Network);
    }

    [TestMethod]
    [DynamicData(nameof(Keys))]
    public void TrainingLoss_OfTheDefaults_CountsWhatThePaperCounts(string key)
    {
        using var scope = torch.NewDisposeScope();
        torch.random.manual_seed(1);
        using var network = Small(key).CreateNetwork();
        var size = network.SizeRule.Fit([.. Enumerable.Repeat(32L, network.Options.SpatialDims)]);
        var output = network.ForwardTraining(torch.randn([2, 1, .. size]));

        Assert.HasCount(Papers[key].SideOutputs, output.SideLogits);
        var labels = torch.randint(0, 2, [2, .. size], torch.ScalarType.Int64);
        var loss = network.TrainingLoss(output, labels, Papers[key].Loss).item<float>();
        if (Papers[key].Weights is { } weights)
        {
            var terms = output
                .SideLogits.Prepend(output.Logits)
                .Select(logits => Papers[key].Loss.Compute(logits, Nearest(labels, logits.shape[2..])).item<float>());
            Assert.AreEqual(terms.Zip(weights, (term, weight) => term * weight).Sum(), loss, 1e-4);
        }
    }

    [TestMethod]
    public void TrainingLoss_OfMultiScaleDualAttention_HasGuidedAndReconstructionTerms()
    {
        using var scope = torch.NewDisposeScope();
        torch.random.manual_seed(1);
        var options = (MultiScaleDualAttentionOptions)Small("multi-scale-dual-attention");
        using var network = options.CreateNetwork();
        var output = network.ForwardTraining(torch.randn([2, 1, 32, 32]));
        var labels = torch.randint(0, 2, [2, 32, 32], torch.ScalarType.Int64);
        var loss = new CrossEntropyLoss();

        var segmentation = output.SideLogits.Sum(logits => loss.Compute(logits, labels).item<float>());
        double Distance(string left, string right) =>
            output.Extras[left].Zip(output.Extras[right], (a, b) => (a - b).square().mean().item<float>()).Sum();
        var guided = Distance(GuidedAttentionLosses.FirstCodes, GuidedAttentionLosses.SecondCodes);
        var reconstruction = Distance(GuidedAttentionLosses.Inputs, GuidedAttentionLosses.Decoded);

        Assert.IsTrue(guided > 0 && reconstruction > 0, $"{guided}, {reconstruction}");
        Assert.AreEqual(
            segmentation + (0.25 * guided) + (0.1 * reconstruction),
            network.TrainingLoss(output, labels, loss).item<float>(),
            1e-3
        );
    }

    [TestMethod]
    [DataRow("unet", "decoder.seg_layers.")]
    [DataRow("unetr-plus-plus", "out")]
    [DataRow("dual-attention", "head.conv")]
    [DataRow("multi-scale-dual-attention", "predict")]
    public void DeepSupervision_Off_BuildsOnlyTheHeadsOfTheResult(string key, string heads)
    {
        using var with = Small(key).CreateNetwork();
        using var without = WithoutDeepSupervision(Small(key)).CreateNetwork();
        using var scope = torch.NewDisposeScope();
        var size = without.SizeRule.Fit([.. Enumerable.Repeat(32L, without.Options.SpatialDims)]);
        int Count(Network network) => network.state_dict().Keys.Count(name => name.StartsWith(heads, StringComparison.Ordinal));

        Assert.IsTrue(Count(without) < Count(with), $"{Count(without)} and {Count(with)}: {string.Join(", ", with.state_dict().Keys)}");
        Assert.IsEmpty(without.ForwardTraining(torch.randn([2, 1, .. size])).SideLogits);
    }

    private static NetworkOptions WithoutDeepSupervision(NetworkOptions options) => options switch
    {
        UNetOptions unet => unet with { DeepSupervision = false },
        UNETRPlusPlusOptions unetr => unetr with { DeepSupervision = false },
        DualAttentionOptions dual => dual with { DeepSupervision = false },
        MultiScaleDualAttentionOptions guided => guided with { DeepSupervision = false },
        _ => throw new ArgumentException($"{options.Entry.Key} has no such option."),
    };

    // The defaults, narrow; the number of predictions is that of the defaults.
    private static NetworkOptions Small(string key) =>
        NetworkList.Find(key).DefaultOptions switch
        {
            UNetOptions unet => unet with { Width = 4, SpatialDims = 2 },
            UNETRPlusPlusOptions unetr => unetr with { Width = 8, PatchSize = [16, 32, 32] },
            MedicalTransformerOptions transformer => transformer with { PatchSize = [64, 64] },
            DualAttentionOptions dual => dual with { Width = 4, SpatialDims = 2, Encoder = DualAttentionEncoder.ResNet18 },
            MultiScaleDualAttentionOptions guided => guided with { Width = 8, SpatialDims = 2, Encoder = ResidualEncoderForm.Small },
            var options => options with { Width = 4, SpatialDims = 2 },
        };

    private static torch.Tensor Nearest(torch.Tensor labels, long[] size) =>
        labels.shape[1..].AsSpan().SequenceEqual(size)
            ? labels
            : torch
                .nn.functional.interpolate(labels.unsqueeze(1).to_type(torch.ScalarType.Float32), size)
                .squeeze(1)
                .to_type(torch.ScalarType.Int64);
}
