using Microsoft.ML.MedicalSegmentation.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>Changes parameters along their gradients.</summary>
/// <remarks>
/// TorchSharp's optimisers do the same, but pass on numbers that the garbage collection can free before they are read
/// (<see cref="HeldNumbers"/>): a training of thousands of steps then ends with "Unknown scalar type".
/// </remarks>
internal abstract class WeightOptimizer : IDisposable
{
    private readonly Parameter[] _parameters;
    private readonly Dictionary<string, Tensor> _state = [];

    /// <param name="parameters">What is trained. States are made beside them, on their devices.</param>
    protected WeightOptimizer(IEnumerable<Parameter> parameters) => _parameters = [.. parameters];

    /// <summary>What is kept from step to step, as a checkpoint saves it.</summary>
    public IReadOnlyDictionary<string, Tensor> State => _state;

    /// <summary>Chooses the optimiser of the options.</summary>
    public static WeightOptimizer Create(OptimizationOptions options, IEnumerable<Parameter> parameters) => options.Optimizer switch
    {
        OptimizerKind.AdamW or OptimizerKind.Adam => new AdamOptimizer(options, parameters),
        OptimizerKind.SgdNesterov => new SgdOptimizer(options, parameters),
        _ => throw new ArgumentOutOfRangeException(nameof(options), options.Optimizer, "This is not an optimiser."),
    };

    /// <summary>Frees all gradients.</summary>
    public void ClearGradients()
    {
        foreach (var parameter in _parameters)
        {
            parameter.grad = null;
        }
    }

    /// <summary>Makes one step along the gradients. Parameters without a gradient stay as they are.</summary>
    /// <param name="rate">The learning rate.</param>
    /// <param name="clipNorm">The largest norm of the gradient; 0 for no limit.</param>
    public void Step(double rate, double clipNorm)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        if (clipNorm > 0)
        {
            nn.utils.clip_grad_norm_(_parameters, clipNorm);
        }

        Begin(rate);
        foreach (var (index, parameter) in _parameters.Index())
        {
            using var ofParameter = NewDisposeScope();
            if (parameter.grad is { } gradient)
            {
                Change(index, parameter, gradient);
            }
        }
    }

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        foreach (var tensor in _state.Values)
        {
            tensor.Dispose();
        }
    }

    /// <summary>Begins a step.</summary>
    protected abstract void Begin(double rate);

    /// <summary>Changes one parameter.</summary>
    /// <param name="index">Its index among the parameters.</param>
    /// <param name="parameter">What changes.</param>
    /// <param name="gradient">Its gradient, which stays as it is.</param>
    protected abstract void Change(int index, Parameter parameter, Tensor gradient);

    /// <summary>Zeros beside every parameter.</summary>
    protected Tensor[] Zeros(string name)
    {
        using var noGradient = no_grad();
        return [.. _parameters.Select((parameter, index) => Keep($"{index}.{name}", zeros_like(parameter)))];
    }

    /// <summary>A count for every parameter, on the processor.</summary>
    protected Tensor Counts(string name) => Keep(name, zeros([_parameters.Length], ScalarType.Int64));

    private Tensor Keep(string name, Tensor tensor) => _state[name] = tensor.DetachFromDisposeScope();
}
