using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Expressions.Torch;

/// <summary>Convolutions whose channels do not fill whole blocks.</summary>
[TestClass]
[DoNotParallelize]
public class ChannelBlocksTests
{
    [TestMethod]
    [DataRow(1, 4, 8L, 8L, 8L)]
    [DataRow(4, 8, 4L, 4L, 4L)]
    [DataRow(24, 8, 8L, 8L, 8L)]
    [DataRow(20, 20, 16L, 16L, 16L)]
    [DataRow(48, 40, 6L, 6L, 6L)]
    [DataRow(24, 8, 12L, 12L)]
    [DataRow(8, 24, 32L, 32L)]
    public void Convolution_WithNaNInFreedMemory_GivesFiniteResultsAndGradients(int inputs, int outputs, params long[] sides)
    {
        using var scope = torch.NewDisposeScope();
        foreach (var stride in new[] { 1, 2 })
        {
            for (var turn = 0; turn < 4; turn++)
            {
                LeaveNaNInFreedMemory();
                var weight = torch.randn([outputs, inputs, .. sides.Select(_ => 3L)], requires_grad: true);
                var image = torch.randn([2, inputs, .. sides], requires_grad: true);
                var features = (TorchExpression)new TorchExpression(image).Convolution(weight, torch.randn([outputs], requires_grad: true), stride, padding: 1, dilation: 1);
                LeaveNaNInFreedMemory();
                features.Tensor.pow(2).sum().backward();

                foreach (var tensor in new[] { features.Tensor, weight.grad, image.grad })
                {
                    Assert.IsTrue(tensor is not null && tensor.isfinite().all().item<bool>(), $"{inputs} -> {outputs}, stride {stride}, {string.Join(" x ", sides)}");
                }
            }
        }
    }

    [TestMethod]
    public void Convolution_OfPartialBlocks_EqualsTheSumOverChannels()
    {
        using var scope = torch.NewDisposeScope();
        torch.manual_seed(5);
        var (image, weight, bias) = (torch.randn([2, 20, 5, 6, 7], requires_grad: true), torch.randn([4, 20, 3, 3, 3], requires_grad: true), torch.randn([4]));
        var expected = torch.nn.functional.conv3d(
            image.to(torch.ScalarType.Float64), weight.to(torch.ScalarType.Float64), bias.to(torch.ScalarType.Float64), padding: [1, 1, 1]);
        var actual = ((TorchExpression)new TorchExpression(image).Convolution(weight, bias, stride: 1, padding: 1, dilation: 1)).Tensor;

        CollectionAssert.AreEqual(expected.shape, actual.shape);
        Assert.IsTrue(expected.sub(actual).abs().max().item<double>() < 1e-4);
    }

    private static void LeaveNaNInFreedMemory()
    {
        using var scope = torch.NewDisposeScope();
        foreach (var length in new[] { 64, 256, 1024, 4096, 16384, 65536, 262144, 1 << 20 })
        {
            for (var i = 0; i < 4; i++)
            {
                torch.full([length], float.NaN);
            }
        }
    }
}
