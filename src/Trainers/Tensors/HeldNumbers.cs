using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Tensors;

/// <summary>Numbers of tensor operations that stay alive until libtorch has read them.</summary>
/// <remarks>
/// TorchSharp makes an object of every number of an operation and passes its address on. Nothing refers to the object then, and a garbage
/// collection on another thread frees it in that moment: the operation fails with "Unknown scalar type", or takes another number.
/// BannedSymbols.txt lists the operators and conversions that are not safe; the build refuses them.
/// </remarks>
internal static class HeldNumbers
{
    // An operation reads its numbers before it returns, long before its thread has made as many others.
    private const int Held = 256;

    [ThreadStatic]
    private static Scalar[]? t_recent;

    [ThreadStatic]
    private static int t_next;

    /// <summary>1, kept for the life of the process.</summary>
    public static Scalar One { get; } = 1.ToScalar();

    /// <summary>A number for an operation of this thread.</summary>
    public static Scalar Number(double value) => Hold(value.ToScalar());

    /// <inheritdoc cref="Number(double)"/>
    public static Scalar Number(float value) => Hold(value.ToScalar());

    /// <inheritdoc cref="Number(double)"/>
    public static Scalar Number(long value) => Hold(value.ToScalar());

    /// <inheritdoc cref="Number(double)"/>
    public static Scalar Number(int value) => Hold(value.ToScalar());

    /// <summary>The sum of two tensors.</summary>
    public static Tensor Plus(this Tensor left, Tensor right) => left.add(right, One);

    /// <summary>The sum of a tensor and a number.</summary>
    public static Tensor Plus(this Tensor left, double right) => left.add(Number(right), One);

    /// <summary>1 less the tensor.</summary>
    public static Tensor OneMinus(Tensor tensor) => tensor.negative().add(One, One);

    private static Scalar Hold(Scalar number)
    {
        t_recent ??= new Scalar[Held];
        t_recent[t_next] = number;
        t_next = (t_next + 1) % Held;
        return number;
    }
}
