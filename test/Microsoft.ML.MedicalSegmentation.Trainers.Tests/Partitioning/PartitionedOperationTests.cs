using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Expressions.Partitioned;
using Microsoft.ML.MedicalSegmentation.Expressions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Partitioning;

/// <summary>Each operation by parts gives what it gives of the whole, gradients included.</summary>
[TestClass]
[DoNotParallelize]
public class PartitionedOperationTests
{
    private const double Tolerance = 2e-5;

    public static IEnumerable<object[]> Names => OperationCases.All.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Operation_ByParts_EqualsTheWhole(string name)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        using var network = OperationCases.All[name]();
        network.eval();
        var whole = randn(network.ImageShape).requires_grad_(true);
        var divided = whole.detach().clone().requires_grad_(true);
        var expected = ((TorchExpression)network.Forward(new TorchExpression(whole))).Tensor;
        var weights = randn(expected.shape);
        (expected * weights).sum().backward();

        // Unequal parts: the first one is shorter.
        var sizes = network.ImageShape[2..];
        var grid = new PartitionGrid([.. sizes.Select(_ => 2)], [CPU]);
        long[][] bounds = [.. sizes.Select(size => new[] { 0, (size / 2) - (size > 4 ? 1 : 0), size })];
        Tensor Run(bool isPlan, out TensorShape shape)
        {
            var pass = new PartitionedPass(grid, TrainingPrecision.Float32, 1 << 20, isPlan);
            var input = PartitionedExpression.Input(pass, new TensorShape(divided.shape), bounds, isPlan ? null : divided);
            var result = (PartitionedExpression)network.Forward(input);
            shape = result.Shape;
            return isPlan ? zeros(1) : result.Assembled();
        }

        Run(isPlan: true, out var planned);
        CollectionAssert.AreEqual(expected.shape, planned.ToArray());
        var actual = Run(isPlan: false, out _);
        (actual * weights).sum().backward();
        Assert.IsLessThan(Tolerance, (actual - expected).abs().max().ToDouble(), "values");
        Assert.IsLessThan(Tolerance, (divided.grad! - whole.grad!).abs().max().ToDouble(), "gradients");
    }
}
