using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Expressions.Torch;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Microsoft.ML.MedicalSegmentation.Export.Optimization;

/// <summary>Features times attention compute in ONNX Runtime what they compute in torch, whether on blocks or not.</summary>
[TestClass]
[DoNotParallelize]
public class ChannelBlockedMultiplyTests
{
    private const double Tolerance = 1e-5;

    [TestMethod]
    [DataRow(32, 5, 7, true, DisplayName = "channels in blocks")]
    [DataRow(32, 5, 7, false, DisplayName = "channels in blocks, no bias")]
    [DataRow(12, 6, 4, true, DisplayName = "channels not in blocks")]
    [DataRow(16, 1, 1, true, DisplayName = "one place")]
    public void Product_WithAttention_EqualsTorch(int channels, int height, int width, bool hasBias)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        manual_seed(1);
        Parameter Random(params long[] sizes) => new(randn(sizes), requires_grad: false);
        using var network = new OperationNetwork(
            [1, 3, height, width],
            [Random(channels, 3, 3, 3), Random(channels), Random(1, channels, 1, 1), Random(1), Random(channels, channels)],
            [],
            (x, w, _) =>
            {
                var features = x.Convolution(w[0], w[1], [1, 1], [1, 1], [1, 1]).Relu();
                TensorExpression Map() => features.Convolution(w[2], hasBias ? w[3] : null, [1, 1], [0, 0], [1, 1]).Sigmoid();
                TensorExpression Pooled(TensorExpression pooled) => pooled.Flatten(1).Linear(w[4], null).Sigmoid().Reshape([-1, channels, 1, 1]);
                var shared = Map();
                var weights = Pooled(features.GlobalAveragePool()) + Pooled(features.GlobalMaxPool());
                return (features * Map()) + (features * weights) + (features * shared) + shared.Relu();
            });
        network.eval();
        var file = OnnxRun.Export(network, network.ImageShape);
        foreach (var batch in new long[] { 1, 2 })
        {
            var image = randn([batch, 3, height, width]);
            var expected = ((TorchExpression)network.Forward(new TorchExpression(image))).Tensor;
            var difference = OnnxRun.Difference(expected, OnnxRun.Logits(file, image));
            Assert.IsTrue(difference <= Tolerance, $"batch {batch}: {difference:g3}");
        }
    }
}
