using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Compat.Torch;

/// <summary>Layers as functions; numbers without a derivation beside them are PyTorch 1.13.1's.</summary>
[TestClass]
public sealed class FunctionalTests
{
    private static Tensor Counting(params long[] shape) => arange(0, shape.Aggregate(1L, (n, size) => n * size), 1, float32).reshape(shape);

    [TestMethod]
    public void Convolution_OfOnes_SumsTheNeighbourhood()
    {
        using var scope = NewDisposeScope();
        var x = Counting(1, 1, 3, 3);

        TensorAssert.AreClose([8, 15, 12, 21, 36, 27, 20, 33, 24], F.conv2d(x, ones(1, 1, 3, 3), null, [1, 1], [1, 1]));
        TensorAssert.AreClose([37], F.conv2d(x, ones(1, 1, 3, 3), ones(1)));
        TensorAssert.AreClose([8, 12, 20, 24], F.conv2d(x, ones(1, 1, 3, 3), null, [2, 2], [1, 1]));
        TensorAssert.AreClose([8], F.conv2d(x, ones(1, 1, 2, 2), null, null, null, [2, 2]) / 2);
        TensorAssert.AreClose([1, 3, 5, 7], F.conv1d(Counting(1, 1, 5), ones(1, 1, 2)));
        TensorAssert.AreClose([28], F.conv3d(Counting(1, 1, 2, 2, 2), ones([1, 1, 2, 2, 2])));
        TensorAssert.AreClose([0, 2, 4, 6, 16, 20, 24, 28], F.conv2d(Counting(1, 2, 2, 2), tensor([2f, 4], [2, 1, 1, 1]), null, null, null, null, 2));
    }

    [TestMethod]
    public void TransposedConvolution_Stride2_SpreadsEachElement()
    {
        using var scope = NewDisposeScope();

        TensorAssert.AreClose([0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 3, 3, 2, 2, 3, 3],
            F.conv_transpose2d(Counting(1, 1, 2, 2), ones(1, 1, 2, 2), null, [2, 2]));
        TensorAssert.HasShape([1, 1, 4, 6, 8], F.conv_transpose3d(ones([1, 1, 2, 3, 4]), ones([1, 1, 2, 2, 2]), null, [2, 2, 2]));
        TensorAssert.AreClose([5, 5, 5, 5, 5, 5, 5, 5], F.conv_transpose3d(ones([1, 1, 1, 1, 1]), 3 * ones([1, 1, 2, 2, 2]), 2 * ones([1]), [2, 2, 2]));
    }

    [TestMethod]
    public void Pooling_OverWindows_TakesMaximaAndMeans()
    {
        using var scope = NewDisposeScope();
        var x = Counting(1, 1, 4, 4);

        TensorAssert.AreClose([5, 7, 13, 15], F.max_pool2d(x, 2, 2));
        TensorAssert.AreClose([2.5, 4.5, 10.5, 12.5], F.avg_pool2d(x, 2, 2));
        TensorAssert.AreClose([7.5], F.adaptive_avg_pool2d(x, 1));
        TensorAssert.AreClose([5, 7, 13, 15], F.adaptive_max_pool2d(x, [2, 2]));
        TensorAssert.AreClose([7, 7], F.max_pool3d(cat([Counting(1, 1, 2, 2, 2), Counting(1, 1, 2, 2, 2)]), [2, 2, 2], [2, 2, 2]));
        TensorAssert.AreClose([3.5], F.avg_pool3d(Counting(1, 1, 2, 2, 2), [2, 2, 2], [2, 2, 2]));
        TensorAssert.AreClose([3.5], F.adaptive_avg_pool3d(Counting(1, 1, 2, 2, 2), 1));
        var (values, indexes) = F.max_pool2d_with_indices(x, [4, 4], [4, 4]);
        TensorAssert.AreClose([15], values);
        TensorAssert.AreClose([15], indexes);
    }

    [TestMethod]
    public void Unfold_ThenFold_CountsOverlaps()
    {
        using var scope = NewDisposeScope();
        var x = ones(1, 1, 3, 3);

        var columns = F.unfold(x, 2);

        TensorAssert.HasShape([1, 4, 4], columns);
        TensorAssert.AreClose([1, 2, 1, 2, 4, 2, 1, 2, 1], F.fold(columns, 3, 2));
    }

    [TestMethod]
    [DataRow(InterpolationMode.Nearest, null, new[] { 0.0, 1, 2, 4, 5, 6, 8, 9, 10 })]
    [DataRow(InterpolationMode.Bilinear, false, new[] { 5.0 / 6, 13.0 / 6, 3.5, 37.0 / 6, 7.5, 53.0 / 6, 11.5, 77.0 / 6, 85.0 / 6 })]
    [DataRow(InterpolationMode.Bilinear, true, new[] { 0, 1.5, 3, 6, 7.5, 9, 12, 13.5, 15 })]
    [DataRow(InterpolationMode.Bicubic, false, new[] { 0.6307868361473083, 2.004629611968994, 3.3784730434417725, 6.126158714294434, 7.5, 8.873845100402832, 11.62153148651123, 12.99537181854248, 14.369217872619629 })]
    [DataRow(InterpolationMode.Area, null, new[] { 2.5, 3.5, 4.5, 6.5, 7.5, 8.5, 10.5, 11.5, 12.5 })]
    public void Interpolate_ToSize_MatchesPyTorch(InterpolationMode mode, bool? alignCorners, double[] expected)
    {
        using var scope = NewDisposeScope();

        TensorAssert.AreClose(expected, F.interpolate(Counting(1, 1, 4, 4), [3, 3], null, mode, alignCorners));
    }

    [TestMethod]
    public void Interpolate_ByFactor_MatchesPyTorch()
    {
        using var scope = NewDisposeScope();

        TensorAssert.AreClose(
            [0, 0.5, 1, 1, 1.5, 2, 2, 2.5, 3, 2, 2.5, 3, 3, 3.5, 4, 4, 4.5, 5, 4, 4.5, 5, 5, 5.5, 6, 6, 6.5, 7],
            F.interpolate(Counting(1, 1, 2, 2, 2), null, [1.5, 1.5, 1.5], InterpolationMode.Trilinear));
        TensorAssert.AreClose(
            [0, 0.3823529779911041, 0.9705883264541626, 1.558823585510254, 2.1470589637756348, 2.7352941036224365, 3.3235294818878174, 3.9117648601531982],
            F.interpolate(Counting(1, 1, 5), null, [1.7], InterpolationMode.Linear));
        TensorAssert.AreClose([0, 0.4375, 1.0625, 1.6875, 2.3125, 2.9375, 3.5625, 4],
            F.interpolate(Counting(1, 1, 5), null, [1.7], InterpolationMode.Linear, null, true));
        TensorAssert.HasShape([1, 1, 4, 4, 4], nn.Upsample(null, [2, 2, 2], UpsampleMode.Trilinear, true).call(Counting(1, 1, 2, 2, 2)));
    }

    [TestMethod]
    [DataRow(GridSampleMode.Bilinear, GridSamplePaddingMode.Zeros, new[] { 0.5673338770866394, 2.2200021743774414, 2.836669445037842, 1.5486667156219482, 8.019999504089355, 10.748666763305664, 0.21977774798870087, 6.2866668701171875, 9.419777870178223 })]
    [DataRow(GridSampleMode.Bilinear, GridSamplePaddingMode.Border, new[] { 3.0, 9, 15, 2.0199999809265137, 8.019999504089355, 14.020000457763672, 0.2866666316986084, 6.2866668701171875, 12.286666870117188 })]
    [DataRow(GridSampleMode.Nearest, GridSamplePaddingMode.Zeros, new[] { 0.0, 0, 0, 2, 10, 14, 0, 8, 12 })]
    [DataRow(GridSampleMode.Nearest, GridSamplePaddingMode.Border, new[] { 3.0, 11, 15, 2, 10, 14, 0, 8, 12 })]
    public void GridSample_OfRotatedGrid_MatchesPyTorch(GridSampleMode mode, GridSamplePaddingMode padding, double[] expected)
    {
        using var scope = NewDisposeScope();
        var quarterTurn = tensor([0f, -1, 0.2f, 1, 0, 0], [1, 2, 3]);

        var grid = F.affine_grid(quarterTurn, [1, 1, 3, 3]);

        TensorAssert.AreClose([0.8666667, -2.0 / 3, 0.8666667, 0, 0.8666667, 2.0 / 3], grid[0, 0]);
        TensorAssert.AreClose(expected, F.grid_sample(Counting(1, 1, 4, 4), grid * 1.3, mode, padding, false), 1e-5);
    }

    [TestMethod]
    public void Normalizations_OfSmallBatch_MatchPyTorch()
    {
        using var scope = NewDisposeScope();
        var x = tensor([1f, 2, 3, 4, 2, 4, 6, 8, 0, 1, 0, 1, 5, 5, 6, 6], [2, 2, 4]);

        TensorAssert.AreClose(
            [-0.3779633641242981, 0.37796342372894287, 1.133890151977539, 1.8898169994354248, -1.9824777841567993, -0.7624914646148682, 0.457494854927063, 1.6774811744689941,
             -1.133890151977539, -0.3779633641242981, -1.133890151977539, -0.3779633641242981, -0.1524983048439026, -0.1524983048439026, 0.457494854927063, 0.457494854927063],
            F.batch_norm(x, zeros(2), ones(2), null, null, true));
        TensorAssert.AreClose(
            [-1.2701692581176758, -0.8082895278930664, -0.34640979766845703, 0.11546993255615234, -0.8082895278930664, 0.11546993255615234, 1.039229393005371, 1.9629888534545898],
            F.group_norm(x, 1)[0]);
        TensorAssert.AreClose([-1.3416353464126587, -0.44721174240112305, 0.4472118616104126, 1.3416354656219482], F.instance_norm(x)[0, 0]);
        TensorAssert.AreClose([-1.3416354656219482, -0.8944237232208252, 1.3416354656219482, 6.366541862487793],
            F.layer_norm(x, [4], tensor([1f, 2, 3, 4]), tensor([0f, 0, 0, 1]))[0, 0]);
        TensorAssert.AreClose([0.6, 0.8], F.normalize(tensor([3f, 4], [1, 2])));
    }

    [TestMethod]
    public void Activations_OfNegativeAndPositive_MatchPyTorch()
    {
        using var scope = NewDisposeScope();
        var x = tensor([-1f, 0.5f]);

        TensorAssert.AreClose([0, 0.5], F.relu(x));
        TensorAssert.AreClose([-0.01, 0.5], F.leaky_relu(x));
        TensorAssert.AreClose([-0.25, 0.5], F.prelu(x, tensor([0.25f])));
        TensorAssert.AreClose([-0.6321205496788025, 0.5], F.elu(x, 1));
        TensorAssert.AreClose([-0.1586552858352661, 0.3457311987876892], F.gelu(x));
        TensorAssert.AreClose([-0.2689414322376251, 0.3112296760082245], F.silu(x));
        TensorAssert.AreClose([-0.3034014403820038, 0.37524524331092834], F.mish(x));
        TensorAssert.AreClose([0.3132616877555847, 0.9740769863128662], F.softplus(x));
    }

    [TestMethod]
    public void CrossEntropy_WeightsAndIgnoredTargets_MatchPyTorch()
    {
        using var scope = NewDisposeScope();
        var scores = tensor([1f, 2, 3, 0.5f, -1, 0, 2, 2, 2, 0, 1, 0], [4, 3]);
        var targets = tensor([2L, 0, 1, -100]);
        var weights = tensor([1f, 2, 0.5f]);

        TensorAssert.AreClose([0.8586167097091675], F.cross_entropy(scores, targets, weights));
        TensorAssert.AreClose([0.20380297303199768, 0.6041306257247925, 2.1972246170043945, 0], F.cross_entropy(scores, targets, weights, -100, nn.Reduction.None));
        TensorAssert.AreClose([0.7590051889419556], F.cross_entropy(scores, targets, null, -100, nn.Reduction.Mean, 0.1));
        TensorAssert.AreClose([0.8586167097091675], nn.CrossEntropyLoss(weights).call(scores, targets));
        TensorAssert.AreClose([0.45564594864845276], F.binary_cross_entropy_with_logits(scores, (scores > 0.7).to(float32), null, nn.Reduction.Mean, tensor([1f, 2, 3])));
        TensorAssert.AreClose([0.6637499332427979], F.huber_loss(scores, zeros_like(scores), 0.7));
        TensorAssert.AreClose([1.0208333730697632], F.smooth_l1_loss(scores, zeros_like(scores), nn.Reduction.Mean, 0.5));
        TensorAssert.AreClose([2.5], F.mse_loss(tensor([1f, 2]), zeros(2)));
        TensorAssert.AreClose([3], F.l1_loss(tensor([1f, 2]), zeros(2), nn.Reduction.Sum));
    }

    [TestMethod]
    public void OneHot_OfLabels_AddsAClassDimension()
    {
        using var scope = NewDisposeScope();

        TensorAssert.AreClose([1, 0, 0, 0, 0, 1], F.one_hot(tensor([0L, 2]), 3));
        TensorAssert.HasShape([1, 2, 2, 4], F.one_hot(zeros([1, 2, 2], int64), 4));
    }

    [TestMethod]
    public void Attention_ScaledDotProduct_MatchesItsFormula()
    {
        using var scope = NewDisposeScope();
        var query = tensor([1f, 0, 0, 2], [1, 2, 2]);
        var key = tensor([1f, 1, 0.5f, -1], [1, 2, 2]);
        var value = tensor([1f, 2, 3, 4], [1, 2, 2]);

        TensorAssert.AreClose([1.8250418901443481, 2.8250417709350586, 1.111614465713501, 2.111614465713501], F.scaled_dot_product_attention(query, key, value));
        TensorAssert.AreClose([1, 2, 1.111614465713501, 2.111614465713501], F.scaled_dot_product_attention(query, key, value, null, 0, true));
    }

    [TestMethod]
    public void Dropout_WhenTraining_DropsAndScales()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var x = ones([1, 64, 4, 4, 4]);

        var elements = F.dropout(x, 0.25);
        var channels = F.dropout3d(x, 0.5);

        Assert.AreEqual(0.75, (elements > 0).to(float32).mean().ToDouble(), 0.05);
        TensorAssert.AreClose([4.0 / 3], elements.max());
        TensorAssert.AreClose([2], channels.max());
        Assert.IsTrue(channels.amin(2, 3, 4).Equals(channels.amax(2, 3, 4)), "A channel is dropped as a whole.");
        Assert.IsTrue(F.dropout(x, 0.25, false).Equals(x));
    }
}
