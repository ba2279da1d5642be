using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Compat.Torch;

[TestClass]
public sealed class InitTests
{
    [TestMethod]
    public void Fans_OfConvolution_CountTheField()
    {
        using var weight = empty([8, 4, 3, 3, 3]);

        Assert.AreEqual((4L * 27, 8L * 27), init.CalculateFanInAndFanOut(weight));
    }

    [TestMethod]
    public void Random_Initializations_HaveTheirSpread()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var weight = empty(200, 100);

        Assert.AreEqual(Math.Sqrt(2.0 / 100), Deviation(init.kaiming_normal_(weight, 0, init.FanInOut.FanIn, init.NonlinearityType.ReLU)), 0.003);
        Assert.AreEqual(Math.Sqrt(2.0 / 200), Deviation(init.kaiming_normal_(weight, 0, init.FanInOut.FanOut)), 0.003);
        Assert.AreEqual(Math.Sqrt(2.0 / 300), Deviation(init.xavier_uniform_(weight)), 0.003);
        Assert.AreEqual(Math.Sqrt(6.0 / 300), init.xavier_uniform_(weight).max().ToDouble(), 0.001);
        Assert.AreEqual(0.02, Deviation(init.normal_(weight, 0, 0.02)), 0.001);
    }

    [TestMethod]
    public void Initialization_OfParameter_RecordsNoGradient()
    {
        using var linear = Linear(2, 2);

        init.zeros_(linear.weight);
        init.constant_(linear.bias!, 3);

        Assert.IsTrue(linear.weight.is_leaf && linear.weight.requires_grad);
        TensorAssert.AreClose([0, 0, 0, 0], linear.weight);
        TensorAssert.AreClose([3, 3], linear.bias!);
    }

    private static double Deviation(Tensor tensor) => tensor.std().ToDouble();
}
