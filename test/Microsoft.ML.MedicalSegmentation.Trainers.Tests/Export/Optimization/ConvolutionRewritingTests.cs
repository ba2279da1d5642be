using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Expressions.Torch;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Microsoft.ML.MedicalSegmentation.Export.Optimization;

/// <summary>
/// Convolutions, with batch norm and ReLU, compute in ONNX Runtime what they compute in torch, in whatever form they are written.
/// </summary>
[TestClass]
[DoNotParallelize]
public class ConvolutionRewritingTests
{
    private const double Tolerance = 1e-5;

    [TestMethod]
    [DataRow(16, 32, new long[] { 8, 6, 10 }, new long[] { 3, 3, 3 }, 1, DisplayName = "channels in blocks, full tiles")]
    [DataRow(32, 16, new long[] { 7, 5, 9 }, new long[] { 3, 3, 3 }, 1, DisplayName = "last tile not full")]
    [DataRow(16, 16, new long[] { 1, 4, 4 }, new long[] { 3, 3, 3 }, 1, DisplayName = "one slice")]
    [DataRow(16, 16, new long[] { 2, 2, 2 }, new long[] { 3, 3, 3 }, 1, DisplayName = "two slices")]
    [DataRow(16, 16, new long[] { 40, 3, 4 }, new long[] { 3, 3, 3 }, 1, DisplayName = "windows of slices")]
    [DataRow(16, 16, new long[] { 45, 3, 4 }, new long[] { 3, 3, 3 }, 1, DisplayName = "windows of slices, last tile not full")]
    [DataRow(3, 5, new long[] { 40, 5, 6 }, new long[] { 3, 3, 3 }, 1, DisplayName = "windows of slices, any channels")]
    [DataRow(3, 5, new long[] { 41, 5, 6 }, new long[] { 3, 3, 3 }, 2, DisplayName = "windows of slices, stride")]
    [DataRow(16, 32, new long[] { 8, 8, 8 }, new long[] { 3, 3, 3 }, 2, DisplayName = "stride")]
    [DataRow(4, 6, new long[] { 7, 9, 5 }, new long[] { 2, 2, 2 }, 2, DisplayName = "stride, no padding")]
    [DataRow(16, 16, new long[] { 9, 9, 9 }, new long[] { 5, 5, 5 }, 1, DisplayName = "kernel of 5")]
    [DataRow(16, 16, new long[] { 8, 9, 9 }, new long[] { 3, 1, 1 }, 1, DisplayName = "kernel along the depth")]
    [DataRow(16, 16, new long[] { 8, 9, 9 }, new long[] { 1, 3, 3 }, 1, DisplayName = "kernel in the slice")]
    public void Convolution_In3D_EqualsTorch(int inputs, int outputs, long[] size, long[] kernel, int stride) =>
        AssertEqual(inputs, outputs, size, kernel, stride);

    [TestMethod]
    [DataRow(64, 80, new long[] { 16, 10 }, 3, 1, DisplayName = "wide")]
    [DataRow(80, 64, new long[] { 43, 17 }, 3, 1, DisplayName = "wide, windows of rows, last tile not full")]
    [DataRow(64, 64, new long[] { 17, 18 }, 3, 2, DisplayName = "wide, stride")]
    [DataRow(64, 64, new long[] { 17, 18 }, 5, 1, DisplayName = "wide, kernel of 5")]
    [DataRow(3, 16, new long[] { 20, 21 }, 3, 1, DisplayName = "narrow")]
    public void Convolution_In2D_EqualsTorch(int inputs, int outputs, long[] size, int kernel, int stride) =>
        AssertEqual(inputs, outputs, size, [kernel, kernel], stride);

    [TestMethod]
    [DataRow(128, 0, 3, new long[] { 5, 7 }, new long[] { 10, 14 }, true, DisplayName = "corners")]
    [DataRow(128, 0, 3, new long[] { 5, 7 }, new long[] { 10, 14 }, false, DisplayName = "half pixels")]
    [DataRow(144, 16, 3, new long[] { 4, 1 }, new long[] { 9, 3 }, true, DisplayName = "joined, one column, odd factors")]
    [DataRow(128, 64, 3, new long[] { 40, 50 }, new long[] { 80, 160 }, true, DisplayName = "joined, windows, corners")]
    [DataRow(128, 64, 3, new long[] { 41, 33 }, new long[] { 83, 100 }, false, DisplayName = "joined, windows, half pixels")]
    [DataRow(128, 3, 3, new long[] { 7, 9 }, new long[] { 8, 20 }, false, DisplayName = "hardly enlarged along an axis")]
    [DataRow(64, 0, 1, new long[] { 6, 5 }, new long[] { 24, 10 }, true, DisplayName = "kernel of 1")]
    [DataRow(64, 5, 1, new long[] { 6, 5 }, new long[] { 24, 10 }, false, DisplayName = "kernel of 1, joined")]
    public void Convolution_OfEnlargedFeatures_EqualsTorch(int enlarged, int joined, int kernel, long[] from, long[] to, bool alignCorners)
    {
        const int Outputs = 24;
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        manual_seed(1);
        Parameter Random(params long[] sizes) => new(randn(sizes), requires_grad: false);
        using var network = new OperationNetwork(
            [1, 6, .. from],
            [
                Random(enlarged, 6, 1, 1),
                Random(Math.Max(1, joined), 6, 1, 1),
                Random(Outputs, enlarged + (2 * joined), kernel, kernel),
                Random(Outputs),
            ],
            [rand(Outputs), rand(Outputs) + 0.5],
            (x, w, b) =>
            {
                // The joined channels stand on both sides, as their weights do.
                var features = x.Convolution(w[0], null, [1, 1], [0, 0], [1, 1]).ResizeLinear(to, alignCorners);
                var others = x.ResizeNearest(to).Convolution(w[1], null, [1, 1], [0, 0], [1, 1]);
                var all = joined == 0 ? features : TensorExpression.Concat(1, others, features, others);
                TensorExpression Convolved(Parameter? bias) => all.Convolution(w[2], bias, [1, 1], [kernel / 2, kernel / 2], [1, 1]);
                TensorExpression Normal(TensorExpression value) =>
                    value.BatchNorm(w[3], w[3], b[0], b[1], training: false, momentum: 0.1, epsilon: 1e-5);
                var rectified = Normal(Convolved(w[3])).Relu();
                return kernel == 1 ? rectified : rectified + Convolved(w[3]) + Normal(Convolved(null));
            });
        network.eval();
        AssertEqualsTorch(network);
    }

    // Everything that a rewriting may take in: a bias, running statistics, an activation; and two readers of one result.
    private static void AssertEqual(int inputs, int outputs, long[] size, long[] kernel, int stride)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        manual_seed(1);
        long[] strides = [.. size.Select(_ => (long)stride)];
        long[] padding = [.. kernel.Select(taps => (taps - 1) / 2)];
        Parameter Random(params long[] sizes) => new(randn(sizes), requires_grad: false);
        using var network = new OperationNetwork(
            [1, inputs, .. size],
            [Random([outputs, inputs, .. kernel]), Random(outputs), Random(outputs), Random(outputs)],
            [randn(outputs), rand(outputs) + 0.5],
            (x, w, b) =>
            {
                TensorExpression Convolved(Parameter? bias) => x.Convolution(w[0], bias, strides, padding, Ones(size.Length));
                TensorExpression Normal(TensorExpression value) =>
                    value.BatchNorm(w[2], w[3], b[0], b[1], training: false, momentum: 0.1, epsilon: 1e-5);
                var twice = Convolved(w[1]);
                return Normal(Convolved(w[1])).Relu() + Normal(Convolved(null)) + Convolved(w[1]).Relu() + twice + twice.Sigmoid();
            });
        network.eval();
        AssertEqualsTorch(network);
    }

    private static void AssertEqualsTorch(OperationNetwork network)
    {
        var file = OnnxRun.Export(network, network.ImageShape);
        foreach (var batch in new long[] { 1, 2 })
        {
            var image = randn([batch, .. network.ImageShape[1..]]);
            var expected = ((TorchExpression)network.Forward(new TorchExpression(image))).Tensor;
            var difference = OnnxRun.Difference(expected, OnnxRun.Logits(file, image));
            Assert.IsTrue(difference <= Tolerance, $"batch {batch}: {difference:g3}");
        }
    }

    private static long[] Ones(int count) => [.. Enumerable.Repeat(1L, count)];
}
