using Microsoft.ML.MedicalSegmentation.Contracts;
using Microsoft.ML.MedicalSegmentation.Networks;
using Microsoft.ML.MedicalSegmentation.Training;
using TorchSharp;
using ScalarType = TorchSharp.torch.ScalarType;

namespace Microsoft.ML.MedicalSegmentation.Expressions.Torch;

/// <summary>Networks that compute in bfloat16.</summary>
[TestClass]
[DoNotParallelize]
public class TrainingPrecisionTests
{
    public static IEnumerable<object[]> Networks => NetworkList.All.Select(entry => new object[] { entry.Key });

    [TestMethod]
    [DynamicData(nameof(Networks))]
    public void Forward_InBFloat16_IsCloseToFloat32(string key)
    {
        torch.manual_seed(3);
        var contract = ContractCases.All.First(entry => entry.Entry.Key == key);
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        using var network = contract.Create(channels: 1, classes: 3);
        network.eval();
        var image = torch.randn([1, 1, .. contract.Sizes(network)[0]]);
        var expected = network.forward(image);

        network.Precision = TrainingPrecision.BFloat16;
        var logits = network.forward(image);

        Assert.AreEqual(ScalarType.Float32, logits.dtype);
        var difference = OnnxRun.Difference(expected, logits);
        Assert.AreNotEqual(0, difference, "Nothing was computed in bfloat16.");
        Assert.IsTrue(difference < 0.15, $"{key} differs by {difference:0.000} of the largest logit.");
    }

    [TestMethod]
    [DataRow(1L, 1L)]
    [DataRow(16L, 1L)]
    [DataRow(1L, 1L, 1L)]
    [DataRow(2L, 2L, 2L)]
    [DataRow(3L, 3L, 3L)]
    public void Convolution_OfShortRowsInBFloat16_GivesFiniteGradients(params long[] sides)
    {
        using var scope = torch.NewDisposeScope();
        for (var turn = 0; turn < 4; turn++)
        {
            LeaveNaNInFreedMemory();
            var weight = torch.randn([16, 16, .. sides.Select(_ => 3L)], requires_grad: true);
            var value = new TorchExpression(torch.randn([2, 16, .. sides], requires_grad: true), TrainingPrecision.BFloat16);
            var features = (TorchExpression)value.Convolution(weight, null, stride: 2, padding: 1, dilation: 1);
            LeaveNaNInFreedMemory();
            features.Tensor.to(ScalarType.Float32).sum().backward();

            Assert.IsTrue(weight.grad is { } gradient && gradient.isfinite().all().item<bool>(), string.Join(" x ", sides));
        }
    }

    [TestMethod]
    [DynamicData(nameof(Networks))]
    public void Steps_InBFloat16_LowerTheLossOfFloat32Weights(string key)
    {
        torch.manual_seed(3);
        var contract = ContractCases.All.First(entry => entry.Entry.Key == key);
        using var scope = torch.NewDisposeScope();
        using var network = contract.Create(channels: 1, classes: 2);
        network.Precision = TrainingPrecision.BFloat16;
        var image = torch.randn([2, 1, .. contract.Sizes(network)[0]]);
        var labels = (image.squeeze(1) > 0).to(ScalarType.Int64);
        using var optimizer = WeightOptimizer.Create(new() { WeightDecay = 1e-2 }, network.parameters());
        double Step()
        {
            optimizer.ClearGradients();
            var loss = torch.nn.functional.cross_entropy(network.forward(image), labels);
            loss.backward();
            optimizer.Step(1e-3, clipNorm: 0);
            return loss.ToDouble();
        }

        var first = Step();
        var least = Enumerable.Range(0, 12).Select(_ => Step()).Min();

        Assert.IsTrue(least < first, $"{key}: the loss went from {first} to no less than {least}.");
        Assert.IsTrue(network.parameters().All(parameter => parameter.dtype == ScalarType.Float32));
        Assert.IsTrue(network.parameters().All(parameter => parameter.grad is null || parameter.grad.dtype == ScalarType.Float32));
    }

    private static void LeaveNaNInFreedMemory()
    {
        using var scope = torch.NewDisposeScope();
        for (var size = 1L << 8; size <= 1 << 18; size <<= 2)
        {
            for (var copy = 0; copy < 6; copy++)
            {
                torch.full([size], float.NaN);
            }
        }
    }
}
