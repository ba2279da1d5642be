using Microsoft.ML.MedicalSegmentation.Layers;
using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Expressions;

/// <summary>Wrong shapes fail before any compute, with the same message in training and in export.</summary>
[TestClass]
[DoNotParallelize]
public class ShapeRulesTests
{
    [TestMethod]
    [DataRow("broadcast", "[2, 4, 6, 8]", "[2, 2, 6, 8]", "sizes must agree or be 1")]
    [DataRow("channels", "4 channels", "built for 3")]
    [DataRow("axes", "[2, 4, 6, 8]", "built for 3 spatial axes")]
    [DataRow("kernel", "kernel 9 x 9", "6 x 8", "larger patch")]
    [DataRow("matmul", "[2, 4, 6, 8]", "cannot be multiplied", "Transpose")]
    [DataRow("linear", "built for 5 features", "[2, 4, 6, 8]")]
    [DataRow("concat", "[2, 4, 3, 4]", "their other sizes differ")]
    [DataRow("reshape", "[2, 4, 6, 8]", "the numbers of elements differ")]
    [DataRow("group norm", "4 channels", "3 groups")]
    [DataRow("slice", "dimension 2", "which has 6")]
    [DataRow("dimension", "no dimension 7", "-4 to 3")]
    [DataRow("adaptive pool", "6 x 8", "4 x 4")]
    [DataRow("stride", "stride 0 x 0", "1 or more")]
    public void WrongShape_FailsAlike_InTorchAndInExport(string operation, params string[] facts)
    {
        using var scope = torch.NewDisposeScope();
        using var network = new OperationNetwork(
            [2, 4, 6, 8],
            [
                WeightInitializer.Uniform(1, 5, 3, 9, 9),
                WeightInitializer.Uniform(1, 5, 4, 9, 9),
                WeightInitializer.Uniform(1, 5, 4, 3, 3, 3),
                WeightInitializer.Uniform(1, 2, 5),
            ],
            [],
            (x, w, _) =>
                operation switch
                {
                    "broadcast" => x + x.Slice(1, 0, 2),
                    "channels" => x.Convolution(w[0], null, 1, 0, 1),
                    "axes" => x.Convolution(w[2], null, 1, 0, 1),
                    "kernel" => x.Convolution(w[1], null, 1, 0, 1),
                    "matmul" => x.MatMul(x),
                    "linear" => x.Linear(w[3], null),
                    "concat" => TensorExpression.Concat(1, x, x.MaxPool(2)),
                    "reshape" => x.Reshape(-1, 5),
                    "group norm" => x.GroupNorm(3, null, null, 1e-5),
                    "slice" => x.Slice(2, 3, 4),
                    "dimension" => x.Softmax(7),
                    "adaptive pool" => x.AdaptiveAveragePool(4),
                    "stride" => x.MaxPool(2, 0),
                    _ => throw new ArgumentOutOfRangeException(nameof(operation)),
                }
        );
        network.eval();

        var inTorch = Catch(() => network.forward(torch.zeros([2, 4, 6, 8], torch.ScalarType.Float32)));
        var inExport = Catch(() => OnnxRun.Export(network, [2, 4, 6, 8]));
        foreach (var fact in facts)
        {
            StringAssert.Contains(inTorch.Message, fact);
        }

        Assert.AreEqual(Open(inTorch.Message), Open(inExport.Message));
    }

    [TestMethod]
    public void BatchSize_ReadInExport_FailsWithTheRemedy()
    {
        using var network = new OperationNetwork([2, 4, 6, 8], [], [], (x, _, _) => x.Reshape(x.Shape[0], 192));
        network.eval();

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => OnnxRun.Export(network, [2, 4, 6, 8]));

        StringAssert.Contains(error.Message, "[N, 4, 6, 8]");
        StringAssert.Contains(error.Message, "Write -1");
    }

    [TestMethod]
    public void BatchSize_BakedIntoReshape_FailsInExport()
    {
        using var network = new OperationNetwork([2, 4, 6, 8], [], [], (x, _, _) => x.Reshape(2, 192));
        network.eval();

        var error = Assert.ThrowsExactly<ArgumentException>(() => OnnxRun.Export(network, [2, 4, 6, 8]));

        StringAssert.Contains(error.Message, "fixes the batch size");
    }

    [TestMethod]
    public void Tensor_ThatIsNotRegistered_FailsInExport()
    {
        using var loose = torch.ones([4, 1, 1], torch.ScalarType.Float32);
        using var network = new OperationNetwork([2, 4, 6, 8], [], [], (x, _, _) => x * loose);
        network.eval();

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => OnnxRun.Export(network, [2, 4, 6, 8]));

        StringAssert.Contains(error.Message, "neither a parameter nor a buffer");
    }

    private static ArgumentException Catch(Action action)
    {
        try
        {
            action();
        }
        catch (ArgumentException error)
        {
            return error;
        }

        throw new AssertFailedException("Nothing failed.");
    }

    // The batch is 2 in torch and N in export.
    private static string Open(string message) => message.Replace("[2, ", "[N, ", StringComparison.Ordinal);
}
