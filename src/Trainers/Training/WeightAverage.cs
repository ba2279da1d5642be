using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>A running average of a network's weights and statistics, which scores better than the last weights do.</summary>
/// <remarks>
/// average = d average + (1 - d) weights, with d = min(decay, (1 + n) / (10 + n)) after n steps, so that the first steps are soon
/// forgotten. Polyak and Juditsky 1992; the ramp is that of Tarvainen and Valpola 2017, https://arxiv.org/abs/1703.01780.
/// </remarks>
internal sealed class WeightAverage : IDisposable
{
    private readonly Dictionary<string, Tensor> _average = [];
    private readonly Dictionary<string, Tensor> _weights;
    private readonly double _decay;

    /// <param name="network">Whose weights are averaged; its tensors must stay the same objects.</param>
    /// <param name="decay">0 to below 1.</param>
    /// <param name="constant">Names of weights that never change, which rounding must not change either.</param>
    public WeightAverage(nn.Module network, double decay, IReadOnlySet<string>? constant = null)
    {
        _decay = decay;
        _weights = network.state_dict();
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (var (name, weight) in _weights.Where(entry => constant?.Contains(entry.Key) != true))
        {
            _average[name] = weight.detach().clone().DetachFromDisposeScope();
        }
    }

    /// <summary>The averages by name.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors => _average;

    /// <summary>How often weights were taken into the average.</summary>
    public long Updates { get; set; }

    /// <summary>Takes the present weights into the average.</summary>
    public void Update()
    {
        Updates++;
        var decay = Math.Min(_decay, (1.0 + Updates) / (10 + Updates));
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();

        // Held until the end: libtorch reads them while nothing else refers to them.
        using Scalar keep = decay.ToScalar(), take = (1 - decay).ToScalar();
        foreach (var (name, average) in _average)
        {
            if (average.dtype == ScalarType.Float32)
            {
                average.mul_(keep).add_(_weights[name], take);
            }
            else
            {
                average.copy_(_weights[name]);
            }
        }
    }

    /// <summary>Exchanges the network's weights with the average; a second call undoes the first.</summary>
    public void Swap()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (var (name, average) in _average)
        {
            var weight = _weights[name].clone();
            _weights[name].copy_(average);
            average.copy_(weight);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var average in _average.Values)
        {
            average.Dispose();
        }
    }
}
