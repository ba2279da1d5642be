using TorchSharp;
using ScalarType = TorchSharp.torch.ScalarType;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Expressions.Torch;

/// <summary>Convolutions, pools and resizing, against the same in float64, which libtorch computes by other means.</summary>
[TestClass]
[DoNotParallelize]
public class WindowPrecisionTests
{
    private static readonly long[][] Shapes = [[5], [64], [2, 2], [3, 9], [2, 2, 2], [3, 3, 3], [5, 4, 8], [9, 8, 8]];

    private static readonly (long Inputs, long Outputs, long Groups)[] Channels =
    [
        (1, 4, 1),
        (4, 4, 1),
        (3, 9, 1),
        (12, 8, 1),
        (8, 16, 1),
        (16, 16, 1),
        (24, 24, 1),
        (32, 3, 1),
        (48, 16, 1),
        (16, 48, 1),
        (33, 20, 1),
        (24, 24, 24),
        (24, 24, 2),
    ];

    [TestMethod]
    [DataRow(TrainingPrecision.Float32, 1, 1)]
    [DataRow(TrainingPrecision.Float32, 2, 2)]
    [DataRow(TrainingPrecision.Float32, 3, 1)]
    [DataRow(TrainingPrecision.Float32, 3, 2)]
    [DataRow(TrainingPrecision.BFloat16, 1, 1)]
    [DataRow(TrainingPrecision.BFloat16, 2, 2)]
    [DataRow(TrainingPrecision.BFloat16, 3, 1)]
    [DataRow(TrainingPrecision.BFloat16, 3, 2)]
    public void Convolution_OfAnyChannels_EqualsFloat64WithItsGradients(TrainingPrecision precision, int kernel, int stride)
    {
        foreach (var (inputs, outputs, groups) in Channels)
        {
            Compare(
                precision,
                inputs,
                axes => [outputs, inputs / groups, .. Enumerable.Repeat((long)kernel, axes)],
                (value, weight) => value.Convolution(weight, null, stride, padding: kernel / 2, dilation: 1, groups),
                $"{inputs} -> {outputs} in {groups}"
            );
        }
    }

    [TestMethod]
    [DataRow(TrainingPrecision.Float32, 2, 2)]
    [DataRow(TrainingPrecision.Float32, 3, 1)]
    [DataRow(TrainingPrecision.Float32, 3, 2)]
    [DataRow(TrainingPrecision.BFloat16, 2, 2)]
    [DataRow(TrainingPrecision.BFloat16, 3, 2)]
    public void TransposedConvolution_OfAnyChannels_EqualsFloat64WithItsGradients(TrainingPrecision precision, int kernel, int stride)
    {
        foreach (var (inputs, outputs, groups) in Channels)
        {
            Compare(
                precision,
                inputs,
                axes => [inputs, outputs / groups, .. Enumerable.Repeat((long)kernel, axes)],
                (value, weight) =>
                    value.TransposedConvolution(weight, null, stride, padding: kernel / 3, outputPadding: 0, dilation: 1, groups),
                $"{inputs} -> {outputs} in {groups}"
            );
        }
    }

    [TestMethod]
    [DataRow("max pool", TrainingPrecision.Float32)]
    [DataRow("max pool", TrainingPrecision.BFloat16)]
    [DataRow("average pool", TrainingPrecision.Float32)]
    [DataRow("average pool", TrainingPrecision.BFloat16)]
    [DataRow("nearest", TrainingPrecision.Float32)]
    [DataRow("nearest", TrainingPrecision.BFloat16)]
    [DataRow("linear", TrainingPrecision.Float32)]
    [DataRow("linear", TrainingPrecision.BFloat16)]
    public void PoolsAndResizing_EqualFloat64WithTheirGradients(string operation, TrainingPrecision precision)
    {
        foreach (var channels in new long[] { 3, 16, 24 })
        {
            Compare(
                precision, channels, _ => [1],
                (value, _) => operation switch
                {
                    "max pool" => value.MaxPool(kernel: 2),
                    "average pool" => value.AveragePool(kernel: 2),
                    "nearest" => value.UpsampleNearest(2),
                    _ => value.ResizeLinear(PerAxis.Of([.. value.Shape.Spatial.Select(side => 2 * side)])),
                },
                $"{channels} channels");
        }
    }

    private static void Compare(
        TrainingPrecision precision,
        long channels,
        Func<int, long[]> weightShape,
        Func<TorchExpression, Tensor, TensorExpression> operation,
        string what
    )
    {
        torch.manual_seed(5);
        var isLow = precision == TrainingPrecision.BFloat16;
        foreach (var sides in Shapes)
        {
            using var scope = torch.NewDisposeScope();
            var (image, weight) = (Rounded([2, channels, .. sides]), Rounded(weightShape(sides.Length)));
            var expected = Run(ScalarType.Float64);
            var actual = Run(isLow ? ScalarType.BFloat16 : ScalarType.Float32);
            foreach (var ((name, exact), (_, computed)) in expected.Zip(actual))
            {
                var difference = OnnxRun.Difference(exact, computed);
                Assert.IsTrue(
                    difference < (isLow ? 0.03 : 1e-4),
                    $"{what} over {string.Join(" x ", sides)}: the {name} differs by {difference}."
                );
            }

            (string Name, Tensor Value)[] Run(ScalarType type)
            {
                var (pixels, kernel) = (image.clone().requires_grad_(), weight.clone().requires_grad_());
                LeaveNumbersInFreedMemory();
                var value = new TorchExpression(
                    pixels.to(type),
                    isLow && type != ScalarType.Float64 ? precision : TrainingPrecision.Float32
                );
                var result = ((TorchExpression)operation(value, type == ScalarType.Float64 ? kernel.to(type) : kernel)).Tensor.to(
                    ScalarType.Float32
                );
                torch.manual_seed(7);
                LeaveNumbersInFreedMemory();
                (result * Rounded(result.shape)).sum().backward();
                return
                [
                    ("result", result),
                    ("gradient of the input", pixels.grad!),
                    .. kernel.grad is { } gradient ? [("gradient of the weight", gradient)] : Array.Empty<(string, Tensor)>(),
                ];
            }
        }
    }

    // Numbers that bfloat16 holds.
    private static Tensor Rounded(long[] shape) => torch.randn(shape).to(ScalarType.BFloat16).to(ScalarType.Float32);

    private static void LeaveNumbersInFreedMemory()
    {
        using var scope = torch.NewDisposeScope();
        for (var size = 1L << 8; size <= 1 << 18; size <<= 2)
        {
            for (var i = 0; i < 3; i++)
            {
                torch.full([size], 3f);
            }
        }
    }
}
