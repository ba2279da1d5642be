using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Expressions;

/// <summary>Counts multiplications of a forward pass on this thread, from shapes alone.</summary>
internal sealed class ComputationCounter : IDisposable
{
    [ThreadStatic]
    private static ComputationCounter? current;

    private readonly ComputationCounter? _outer = current;

    /// <summary>Starts to count, until it is disposed.</summary>
    public ComputationCounter() => current = this;

    /// <summary>Multiplications by weights, in convolutions and linear layers.</summary>
    public long ByWeights { get; private set; }

    /// <summary>Multiplications of features by features, as attention does.</summary>
    public long ByFeatures { get; private set; }

    /// <summary>Each weight is used once per position of the result (of the input, where the convolution is transposed).</summary>
    public static void Convolution(Tensor weight, TensorShape positions)
    {
        if (current is { } counter)
        {
            counter.ByWeights += positions[0] * Product(positions.Spatial) * Product(weight.shape);
        }
    }

    public static void Linear(Tensor weight, TensorShape result)
    {
        if (current is { } counter)
        {
            counter.ByWeights += Product(result.ToArray()) * weight.shape[1];
        }
    }

    public static void Product(TensorShape left, TensorShape result)
    {
        if (current is { } counter)
        {
            counter.ByFeatures += Product(result.ToArray()) * left[^1];
        }
    }

    public void Dispose() => current = _outer;

    private static long Product(IEnumerable<long> sizes) => sizes.Aggregate(1L, (product, size) => product * size);
}
