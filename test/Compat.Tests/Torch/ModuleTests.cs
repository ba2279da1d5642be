using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Compat.Torch;

[TestClass]
public sealed class ModuleTests
{
    private sealed class Block : Module<Tensor, Tensor>
    {
        private readonly Conv2d convolution;
        private readonly BatchNorm2d norm;

        public Block(long channels) : base(nameof(Block))
        {
            convolution = Conv2d(channels, channels, 3, 1, 1);
            norm = BatchNorm2d(channels);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => functional.relu(norm.call(convolution.call(input)));
    }

    private sealed class Network : Module<Tensor, Tensor>
    {
        private readonly ModuleList<Block> blocks;
        private readonly Sequential head;
        private readonly Parameter scale;

        public Network() : base(nameof(Network))
        {
            blocks = ModuleList(new Block(2), new Block(2));
            head = Sequential(("out", Conv2d(2, 3, 1)), ("act", Sigmoid()));
            scale = Parameter(ones(1));
            register_buffer("offset", zeros(1));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            foreach (var block in blocks)
            {
                input = block.call(input);
            }

            return (head.call(input) * scale).MoveToOuterDisposeScope();
        }
    }

    [TestMethod]
    public void StateDict_OfTree_NamesParametersThenBuffers()
    {
        using var network = new Network();

        string[] expected =
        [
            "scale",
            "blocks.0.convolution.weight", "blocks.0.convolution.bias", "blocks.0.norm.weight", "blocks.0.norm.bias",
            "blocks.1.convolution.weight", "blocks.1.convolution.bias", "blocks.1.norm.weight", "blocks.1.norm.bias",
            "head.out.weight", "head.out.bias",
            "offset",
            "blocks.0.norm.running_mean", "blocks.0.norm.running_var", "blocks.0.norm.num_batches_tracked",
            "blocks.1.norm.running_mean", "blocks.1.norm.running_var", "blocks.1.norm.num_batches_tracked",
        ];
        CollectionAssert.AreEqual(expected, network.state_dict().Keys.ToArray());
        CollectionAssert.AreEqual(expected[..11], network.named_parameters().Select(parameter => parameter.name).ToArray());
        CollectionAssert.AreEqual(new[] { "blocks", "head" }, network.named_children().Select(child => child.name).ToArray());
        CollectionAssert.Contains(network.named_modules().Select(module => module.name).ToArray(), "blocks.1.norm");
        Assert.AreEqual(2 * (2 * 2 * 9 + 2 + 4) + 9 + 1, network.parameters().Sum(parameter => parameter.numel()));
    }

    [TestMethod]
    public void TrainAndEval_OnTree_SwitchBatchStatistics()
    {
        using var scope = NewDisposeScope();
        using var network = new Network();
        manual_seed(1);
        var input = randn(2, 2, 8, 8);
        var mean = network.get_buffer("blocks.0.norm.running_mean")!;

        network.eval();
        network.call(input);
        Assert.IsFalse(network.training);
        TensorAssert.AreClose([0, 0], mean);

        network.train();
        network.call(input);
        Assert.IsTrue(mean.abs().max().item<float>() > 0);
        Assert.AreEqual(1, network.get_buffer("blocks.0.norm.num_batches_tracked")!.item<long>());
    }

    [TestMethod]
    public void BatchNorm_AfterOneBatch_TracksUnbiasedVariance()
    {
        using var scope = NewDisposeScope();
        using var norm = BatchNorm1d(1);

        norm.call(tensor([1f, 3], [2, 1]));

        TensorAssert.AreClose([0.1 * 2], norm.running_mean!);
        TensorAssert.AreClose([0.9 + 0.1 * 2], norm.running_var!);
    }

    [TestMethod]
    public void Forward_TwiceAndLoaded_GivesTheSame()
    {
        using var scope = NewDisposeScope();
        using var first = new Network();
        using var second = new Network();
        var input = randn(1, 2, 8, 8);
        first.eval();
        second.eval();
        Assert.IsFalse(first.call(input).allclose(second.call(input)));

        second.load_state_dict(first.state_dict());

        Assert.IsTrue(first.call(input).Equals(second.call(input)));
    }

    [TestMethod]
    public void LoadStateDict_OtherKeys_ThrowsOrTells()
    {
        using var scope = NewDisposeScope();
        using var linear = Linear(2, 1);
        var other = new Dictionary<string, Tensor> { ["weight"] = ones(1, 2), ["extra"] = ones(1) };

        Assert.ThrowsException<InvalidOperationException>(() => linear.load_state_dict(other));
        var (missing, unexpected) = linear.load_state_dict(other, false);

        CollectionAssert.AreEqual(new[] { "bias" }, missing.ToArray());
        CollectionAssert.AreEqual(new[] { "extra" }, unexpected.ToArray());
        TensorAssert.AreClose([1, 1], linear.weight);
    }

    [TestMethod]
    public void Initialization_AfterSeed_GivesTheWeightsOfPyTorch()
    {
        using var scope = NewDisposeScope();

        // torch.manual_seed(0); torch.nn.Conv3d(2, 3, 3); torch.nn.Linear(4, 2) of PyTorch 1.13.1 on a CPU.
        manual_seed(0);
        using var convolution = Conv3d(2, 3, 3);
        using var linear = Linear(4, 2);

        TensorAssert.AreClose([-0.0010188271990045905, 0.07300072908401489, -0.11200226098299026], convolution.weight.flatten()[..3]);
        TensorAssert.AreClose([-0.12211386859416962, -0.11749901622533798, -0.021294159814715385], convolution.bias!);
        TensorAssert.AreClose([0.006466090679168701, -0.22713744640350342], linear.weight.flatten()[..2]);
        TensorAssert.AreClose([0.18107688426971436, -0.4512304663658142], linear.bias!);
    }

    [TestMethod]
    public void To_ElementType_MovesWeightsAndKeepsCounters()
    {
        using var scope = NewDisposeScope();
        using var block = new Block(2);

        block.to(float64);

        Assert.IsTrue(block.parameters().All(parameter => parameter.dtype == ScalarType.Float64 && parameter.requires_grad));
        Assert.AreEqual(ScalarType.Int64, block.get_buffer("norm.num_batches_tracked")!.dtype);
        Assert.AreEqual(ScalarType.Float64, block.call(ones([1, 2, 4, 4], float64)).dtype);
        Assert.ThrowsException<ArgumentException>(() => block.to(int64));
    }

    [TestMethod]
    public void Hooks_AroundCall_SeeAndReplaceTensors()
    {
        using var scope = NewDisposeScope();
        using var linear = Linear(1, 1, false);
        linear.weight = Parameter(tensor([2f], [1, 1]));
        var seen = new List<double>();

        var remover = linear.register_forward_hook((_, input, output) =>
        {
            seen.Add(output.ToDouble());
            return output * 10;
        });

        TensorAssert.AreClose([60], linear.call(tensor([3f])));
        remover.remove();
        TensorAssert.AreClose([6], linear.call(tensor([3f])));
        CollectionAssert.AreEqual(new[] { 6.0 }, seen);
    }

    [TestMethod]
    public void ZeroGrad_AfterBackward_RemovesGradients()
    {
        using var scope = NewDisposeScope();
        using var linear = Linear(2, 1);
        linear.call(ones(1, 2)).sum().backward();
        Assert.IsNotNull(linear.weight.grad);

        linear.zero_grad();

        Assert.IsNull(linear.weight.grad);
    }

    [TestMethod]
    public void Layers_OfEveryKind_GiveShapes()
    {
        using var scope = NewDisposeScope();
        var plane = randn(2, 4, 8, 8);
        var volume = randn([2, 4, 8, 8, 8]);

        TensorAssert.HasShape([2, 6, 4, 4], Conv2d(4, 6, 3, 2, 1).call(plane));
        TensorAssert.HasShape([2, 6, 8, 8], Conv2d(4, 6, 3, padding: Padding.Same, dilation: 2).call(plane));
        TensorAssert.HasShape([2, 6, 8, 8], Conv2d(4, 6, (3, 1), padding: (1, 0)).call(plane));
        TensorAssert.HasShape([2, 4, 8, 8], Conv2d(4, 4, 3, 1, 1, groups: 4, padding_mode: PaddingModes.Reflect).call(plane));
        TensorAssert.HasShape([2, 5, 8], Conv1d(4, 5, 1).call(randn(2, 4, 8)));
        TensorAssert.HasShape([2, 2, 16, 16, 16], ConvTranspose3d(4, 2, 2, 2).call(volume));
        TensorAssert.HasShape([2, 2, 15, 15], ConvTranspose2d(4, 2, 3, 2, 1).call(plane));
        TensorAssert.HasShape([2, 2, 16, 16], ConvTranspose2d(4, 2, 3, 2, 1, 1).call(plane));
        TensorAssert.HasShape([2, 2, 16, 16], ConvTranspose2d(4, 2, 3, 2, 1).forward(plane, [16, 16]));
        TensorAssert.HasShape([2, 4, 4, 4, 4], MaxPool3d(2).call(volume));
        TensorAssert.HasShape([2, 4, 4, 4], AvgPool2d(2).call(plane));
        TensorAssert.HasShape([2, 4, 1, 1], AdaptiveAvgPool2d(1).call(plane));
        TensorAssert.HasShape([2, 256], Flatten().call(plane));
        foreach (var layer in new Module<Tensor, Tensor>[]
        {
            InstanceNorm3d(4, affine: true), GroupNorm(2, 4), BatchNorm3d(4), LayerNorm([8, 8, 8]), PReLU(4), LeakyReLU(), GELU(), SiLU(), ELU(),
            Dropout(), Dropout3d(), Identity(), Softmax(1), Tanh(), ReLU(),
        })
        {
            TensorAssert.HasShape(volume.shape, layer.call(volume));
        }
    }

    [TestMethod]
    public void Forward_WrongChannels_ThrowsWithBothNumbersOfDimensions()
    {
        using var scope = NewDisposeScope();
        using var convolution = Conv3d(2, 3, 3);

        var error = Assert.ThrowsException<ArgumentException>(() => convolution.call(ones([1, 1, 4, 4, 4])));

        StringAssert.Contains(error.Message, "2 channels");
    }

    [TestMethod]
    public void Modules_MadeInAScope_OutliveIt()
    {
        Linear linear;
        using (NewDisposeScope())
        {
            linear = Linear(2, 2);
        }

        using (linear)
        {
            Assert.IsFalse(linear.weight.IsInvalid);
            using var output = linear.call(ones(1, 2));
            TensorAssert.HasShape([1, 2], output);
        }

        Assert.IsTrue(linear.weight is null || linear.weight.IsInvalid);
    }
}
