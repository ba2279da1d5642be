using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>A copy of a network's weights and statistics, to which it can return.</summary>
internal sealed class WeightSnapshot : IDisposable
{
    private readonly Dictionary<string, Tensor> _weights;
    private readonly Dictionary<string, Tensor> _copy;

    /// <summary>Copies.</summary>
    public WeightSnapshot(nn.Module network)
    {
        _weights = network.state_dict();
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        _copy = _weights.ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone().DetachFromDisposeScope());
    }

    /// <summary>The copies by name.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors => _copy;

    /// <summary>Whether the copies are of later weights than those at the beginning.</summary>
    public bool IsUpdated { get; set; }

    /// <summary>Copies the present weights over the copy.</summary>
    public void Update()
    {
        Copy(_weights, _copy);
        IsUpdated = true;
    }

    /// <summary>Gives the network the copied weights.</summary>
    public void Restore() => Copy(_copy, _weights);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var copy in _copy.Values)
        {
            copy.Dispose();
        }
    }

    private static void Copy(Dictionary<string, Tensor> from, Dictionary<string, Tensor> to)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (var (name, tensor) in from)
        {
            to[name].copy_(tensor);
        }
    }
}
