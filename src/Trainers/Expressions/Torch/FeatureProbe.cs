using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;
using static Microsoft.ML.MedicalSegmentation.Tensors.HeldNumbers;

namespace Microsoft.ML.MedicalSegmentation.Expressions.Torch;

/// <summary>Takes the features of one layer, and their gradient, from a forward pass on this thread.</summary>
/// <remarks>
/// A layer is known by its weight: features are what the convolution or norm with that weight gives, or its rectified result where a
/// rectifier follows at once. Zeros that require a gradient are added to the features; their gradient is that of the features, and no
/// tensor of the pass has to outlive its scope. Where the layer is run several times, the last time counts.
/// </remarks>
internal sealed class FeatureProbe : IDisposable
{
    [ThreadStatic]
    private static FeatureProbe? current;

    private readonly FeatureProbe? _outer = current;
    private readonly Tensor? _weight;
    private Tensor? _candidate;

    /// <summary>Starts to watch, until it is disposed.</summary>
    /// <param name="weight">The layer's weight; null to see only which layers run.</param>
    public FeatureProbe(Tensor? weight = null)
    {
        _weight = weight;
        current = this;
    }

    /// <summary>Weights of the layers that ran and the shape of what each gave, in order.</summary>
    public List<(Tensor Weight, long[] Shape)> Ran { get; } = [];

    /// <summary>[N, C, S]: the features; null if the layer did not run.</summary>
    public Tensor? Features { get; private set; }

    /// <summary>What was added to the features; its gradient is theirs.</summary>
    public Tensor? Zeros { get; private set; }

    public static Tensor Made(Tensor? weight, Tensor output)
    {
        if (current is not { } probe || weight is null)
        {
            return output;
        }

        probe.Ran.Add((weight, output.shape));
        return ReferenceEquals(weight, probe._weight) ? probe._candidate = probe.Attach(output) : output;
    }

    public static Tensor Activated(Tensor input, Tensor output) =>
        current is { } probe && ReferenceEquals(input, probe._candidate) ? probe.Attach(output) : output;

    public void Dispose()
    {
        current = _outer;
        Release();
    }

    private Tensor Attach(Tensor output)
    {
        Release();
        Features = output.detach().clone().DetachFromDisposeScope();
        Zeros = torch.zeros(output.shape, output.dtype, output.device, requires_grad: true).DetachFromDisposeScope();
        return output.Plus(Zeros);
    }

    private void Release()
    {
        Features?.Dispose();
        Zeros?.Dispose();
        (Features, Zeros) = (null, null);
    }
}
