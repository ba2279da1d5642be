using static TorchSharp.torch;

namespace Compat.Torch;

[TestClass]
public sealed class AutogradTests
{
    [TestMethod]
    public void Backward_OfPolynomial_GivesItsDerivative()
    {
        using var scope = NewDisposeScope();
        var x = tensor([2f, -1], requires_grad: true);

        (x.pow(3) + 2 * x).sum().backward();

        TensorAssert.AreClose([14, 5], x.grad!);
        Assert.IsTrue(x.is_leaf);
    }

    [TestMethod]
    public void Backward_Twice_AddsUp()
    {
        using var scope = NewDisposeScope();
        var x = tensor([1f], requires_grad: true);

        (2 * x).backward();
        (3 * x).backward();

        TensorAssert.AreClose([5], x.grad!);
        x.grad = null;
        Assert.IsNull(x.grad);
    }

    [TestMethod]
    public void Backward_WithGradient_MultipliesByIt()
    {
        using var scope = NewDisposeScope();
        var x = tensor([1f, 2], requires_grad: true);
        var y = x * x;

        y.backward([tensor([10f, 100])], true);
        y.backward([tensor([1f, 1])]);

        TensorAssert.AreClose([22, 404], x.grad!);
    }

    [TestMethod]
    public void Grad_OfScoreByActivations_LeavesParametersAlone()
    {
        using var scope = NewDisposeScope();
        var weight = tensor([3f], requires_grad: true);
        var activations = tensor([1f, 2], requires_grad: true) * weight;

        var gradients = autograd.grad([(activations * activations).sum()], [activations]);

        TensorAssert.AreClose([6, 12], gradients[0]);
        Assert.IsNull(weight.grad);
    }

    [TestMethod]
    public void Grad_CreateGraph_CanBeDifferentiatedAgain()
    {
        using var scope = NewDisposeScope();
        var x = tensor([2f], requires_grad: true);

        var first = autograd.grad([x.pow(3)], [x], null, true, true)[0];
        var second = autograd.grad([first], [x])[0];

        TensorAssert.AreClose([12], first);
        TensorAssert.AreClose([12], second);
    }

    [TestMethod]
    public void NoGrad_InsideAndAfter_SwitchesRecording()
    {
        using var scope = NewDisposeScope();
        var x = ones([1], requires_grad: true);

        using (no_grad())
        {
            Assert.IsFalse((x * 2).requires_grad);
            using (enable_grad())
            {
                Assert.IsTrue((x * 2).requires_grad);
            }

            Assert.IsFalse(is_grad_enabled());
        }

        using (inference_mode())
        {
            Assert.IsFalse((x * 2).requires_grad);
            Assert.IsTrue(is_inference_mode_enabled());
        }

        Assert.IsTrue((x * 2).requires_grad);
        Assert.IsFalse((x * 2).detach().requires_grad);
    }

    [TestMethod]
    public void Backward_ThroughLayers_MatchesFiniteDifferences()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var weight = randn([2, 2, 3, 3, 3], float64).mul_(0.2).requires_grad_();
        var input = randn([1, 2, 4, 4, 4], float64);
        Tensor Loss() => nn.functional.interpolate(
            nn.functional.group_norm(nn.functional.leaky_relu(nn.functional.conv3d(input, weight, null, null, [1, 1, 1])), 2),
            null, [2, 2, 2], InterpolationMode.Trilinear).pow(2).mul(linspace(0, 1, 1024, float64).reshape(1, 2, 8, 8, 8)).sum();

        Loss().backward();

        using var recording = no_grad();
        foreach (var index in new long[] { 0, 40, 107 })
        {
            const double Step = 1e-5;
            var element = weight.view(-1)[index];
            element.add_(Step);
            var above = Loss().item<double>();
            element.sub_(2 * Step);
            var below = Loss().item<double>();
            element.add_(Step);
            var expected = (above - below) / (2 * Step);
            Assert.AreEqual(expected, weight.grad!.view(-1)[index].item<double>(), 1e-5 * Math.Max(1, Math.Abs(expected)), $"element {index}");
        }
    }

    [TestMethod]
    public void Bfloat16_CastsInForward_AreDifferentiable()
    {
        using var scope = NewDisposeScope();
        var weight = tensor([1.5f, 2], [1, 2], requires_grad: true);

        var output = tensor([2f, 4], [1, 2]).to(bfloat16).matmul(weight.to(bfloat16).T);
        output.to(float32).sum().backward();

        Assert.AreEqual(ScalarType.Float32, weight.grad!.dtype);
        TensorAssert.AreClose([2, 4], weight.grad!);
    }
}
