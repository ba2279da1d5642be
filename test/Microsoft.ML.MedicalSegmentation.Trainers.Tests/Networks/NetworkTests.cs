using Microsoft.ML.MedicalSegmentation.Export;
using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Expressions.Torch;
using Microsoft.ML.MedicalSegmentation.Layers;
using Microsoft.ML.MedicalSegmentation.Networks.AttentionUNets;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Networks;

[TestClass]
[DoNotParallelize]
public class NetworkTests
{
    [TestMethod]
    public void Layer_AssignedInTheConstructorsBody_FailsOnTheFirstForward()
    {
        using var network = new LateNetwork();
        using var image = torch.zeros([1, 1, 4, 4], torch.ScalarType.Float32);

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => network.forward(image));

        StringAssert.Contains(error.Message, "LateNetwork.late");
        StringAssert.Contains(error.Message, "initialiser");
    }

    [TestMethod]
    public void Fields_OfEveryKind_AreRegisteredUnderTheirNames()
    {
        using var network = new ManyFields();

        CollectionAssert.AreEquivalent(
            new[] { "scale", "Head.weight", "Head.bias", "levels.0.0.weight", "levels.1.0.weight", "levels.1.1.weight" },
            network.named_parameters().Select(entry => entry.name).ToList());
        CollectionAssert.AreEquivalent(new[] { "index" }, network.named_buffers().Select(entry => entry.name).ToList());
    }

    [TestMethod]
    public void Parameters_InAList_AreRefused()
    {
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => new ParameterList());

        StringAssert.Contains(error.Message, "ParameterList.offsets");
        StringAssert.Contains(error.Message, "a field of its own");
    }

    [TestMethod]
    public void NameMap_ReplacesRunsOfParts_FirstRuleFirst()
    {
        var names = new NameMap([("encoder.1", "conv2"), ("encoder", "down"), ("first.convolution", "conv1.0"), ("inner", "")]);

        Assert.AreEqual("conv2.conv1.0.weight", names["encoder.1.first.convolution.weight"]);
        Assert.AreEqual("down.10.first.norm", names["encoder.10.first.norm"]);
        Assert.AreEqual("head.weight", names["inner.head.inner.weight"]);
    }

    [TestMethod]
    public void Forward_InTraining_LeavesOnlyItsResultInTheScope()
    {
        using var network = AttentionUNet.Entry.Create(new AttentionUNetOptions { SpatialDims = 2, Width = 2, Depth = 3 });
        using var scope = torch.NewDisposeScope();
        var image = torch.zeros([1, 1, 8, 8], torch.ScalarType.Float32);
        var before = scope.DisposablesCount;

        network.ForwardTraining(image);

        Assert.AreEqual(before + 1, scope.DisposablesCount, "The logits.");
    }

    [TestMethod]
    public void BatchNorm_InTraining_CountsBatches()
    {
        using var scope = torch.NewDisposeScope();
        using var norm = new BatchNorm(2);

        norm.Forward(new TorchExpression(torch.randn([4, 2, 3], torch.ScalarType.Float32)));

        Assert.AreEqual(1L, norm.get_buffer("num_batches_tracked")!.ToInt64());
        Assert.AreNotEqual(0.0, norm.get_buffer("running_mean")!.abs().sum().ToDouble());
    }

    [TestMethod]
    public void Export_ToAFile_CarriesMetadataAndTheNamesOfTheStateDictionary()
    {
        using var network = AttentionUNet.Entry.Create(new AttentionUNetOptions { SpatialDims = 2, Width = 2, Depth = 2 });
        network.eval();
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.onnx");
        try
        {
            OnnxExport.Write(network, [8, 8], [new("medseg.classes", "lésion"), new("b", "")], path);

            using var session = new OnnxRuntime.InferenceSession(path);
            Assert.AreEqual("lésion", session.ModelMetadata.CustomMetadataMap["medseg.classes"]);
            CollectionAssert.AreEqual(new[] { -1, 1, 8, 8 }, session.InputMetadata["image"].Dimensions);
            CollectionAssert.AreEqual(new[] { -1, 2, 8, 8 }, session.OutputMetadata["logits"].Dimensions);
            var text = System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(path));
            foreach (var name in network.named_parameters().Select(entry => entry.name))
            {
                StringAssert.Contains(text, name);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    private sealed class LateNetwork : Network
    {
        private readonly Convolution late;

        public LateNetwork()
            : base(new PlainOptions { SpatialDims = 2 }) => late = new(2, 1, 2, kernel: 1);

        public override string Description => "late";

        public override SpatialSizeRule SizeRule => SpatialSizeRule.MultipleOf([1, 1]);

        public override TensorExpression Forward(TensorExpression image) => late.Forward(image);
    }

    private sealed class ParameterList : Layer
    {
        public readonly TorchSharp.Modules.Parameter[] offsets = [WeightInitializer.Constant(0, 1)];
    }

    private sealed class ManyFields() : Network(new PlainOptions { SpatialDims = 2 })
    {
        private readonly TorchSharp.Modules.Parameter scale = WeightInitializer.Constant(1, 1);
        private readonly torch.Tensor index = WeightInitializer.Buffer([1L, 0], 2);
        private readonly Convolution?[][] levels = [[Conv(), null], [Conv(), Conv()]];

        public Linear Head { get; } = new(1, 2);

        public override string Description => "many";

        public override SpatialSizeRule SizeRule => SpatialSizeRule.MultipleOf([1, 1]);

        public override TensorExpression Forward(TensorExpression image) => image * scale + index.shape.Length + levels.Length;

        private static Convolution Conv() => new(2, 1, 1, kernel: 1, bias: false);
    }
}
