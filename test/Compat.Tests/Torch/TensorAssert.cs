using static TorchSharp.torch;

namespace Compat.Torch;

/// <summary>Compares tensors with numbers known from elsewhere.</summary>
internal static class TensorAssert
{
    // Seven digits are what float32 carries; sums over a few elements lose one.
    private const double Tolerance = 2e-6;

    public static void AreClose(double[] expected, Tensor actual, double tolerance = Tolerance)
    {
        using var scope = NewDisposeScope();
        var numbers = actual.detach().cpu().to(ScalarType.Float64).contiguous().flatten().data<double>().ToArray();
        var text = $"expected [{string.Join(", ", expected)}], got [{string.Join(", ", numbers)}]";
        Assert.AreEqual(expected.Length, numbers.Length, text);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], numbers[i], tolerance * Math.Max(1, Math.Abs(expected[i])), $"element {i}: {text}");
        }
    }

    public static void HasShape(long[] expected, Tensor actual) => CollectionAssert.AreEqual(expected, actual.shape);
}
