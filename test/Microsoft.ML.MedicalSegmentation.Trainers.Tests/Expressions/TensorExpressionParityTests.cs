using System.Reflection;
using Microsoft.ML.MedicalSegmentation.Expressions.Torch;
using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Expressions;

/// <summary>Each operation computes in ONNX Runtime what it computes in torch, and gives the shape that its rule says.</summary>
[TestClass]
[DoNotParallelize]
public class TensorExpressionParityTests
{
    private const double Tolerance = 1e-5;

    public static IEnumerable<object[]> Names => OperationCases.All.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Operation_InOnnxRuntime_EqualsTorch(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        torch.manual_seed(1);
        using var network = OperationCases.All[name]();
        network.eval();
        var file = OnnxRun.Export(network, ShapeOf(network));

        // The file is made once; both batch sizes run on it.
        foreach (var batch in new long[] { 2, 3 })
        {
            var image = torch.rand([batch, .. ShapeOf(network)[1..]], torch.ScalarType.Float32) * 2 - 1;
            var value = (TorchExpression)network.Forward(new TorchExpression(image));
            CollectionAssert.AreEqual(value.Tensor.shape, value.Shape.ToArray(), "The rule's shape");
            var difference = OnnxRun.Difference(value.Tensor, OnnxRun.Logits(file, image));
            Assert.IsTrue(difference <= Tolerance, $"batch {batch}: {difference:g3}");
        }
    }

    [TestMethod]
    public void Cases_CoverEveryOperation()
    {
        var operations = typeof(TensorExpression)
            .GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Where(method => !method.IsSpecialName && method.ReturnType.IsAssignableTo(typeof(TensorExpression)))
            .Select(method => method.Name.ToLowerInvariant())
            .Distinct();
        var cases =
            string.Join(' ', OperationCases.All.Keys).Replace(" ", "", StringComparison.Ordinal)
            + "globalaveragepool globalmaxpool upsamplelinear channeldropout shown";
        var uncovered = operations.Where(operation => !cases.Contains(operation, StringComparison.Ordinal)).ToList();
        Assert.AreEqual(0, uncovered.Count, string.Join(", ", uncovered));
    }

    private static long[] ShapeOf(OperationNetwork network) => network.ImageShape;
}
