using Microsoft.ML.MedicalSegmentation.Layers;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Parameter = TorchSharp.Modules.Parameter;

namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>The weights that training must leave as they are.</summary>
/// <remarks>
/// A frozen parameter gets no gradient and no step of the optimiser, weight decay included. A batch norm all of whose parameters are frozen
/// normalises by its running statistics, as in evaluation, and they stay as they are; other batch norms go on learning theirs, whatever
/// stands before them. Dropout acts everywhere.
/// </remarks>
internal sealed class FrozenWeights
{
    private readonly List<Parameter> _parameters = [];
    private readonly List<BatchNorm> _norms;

    /// <param name="network">On the device where it is trained.</param>
    /// <param name="patterns">Patterns of parameter names, in which * stands for any letters.</param>
    public FrozenWeights(Network network, IReadOnlyList<string> patterns)
    {
        var names = new HashSet<string>();
        var trained = new List<Parameter>();
        foreach (var (name, parameter) in network.named_parameters())
        {
            var isFrozen = WeightLoadingOptions.Matches(patterns, name);
            (isFrozen ? _parameters : trained).Add(parameter);
            if (isFrozen)
            {
                names.Add(name);
            }
        }

        var frozen = new HashSet<object>(_parameters, ReferenceEqualityComparer.Instance);
        _norms = [.. network.modules().OfType<BatchNorm>().Where(norm => norm.parameters().All(frozen.Contains))];
        var statistics = new HashSet<object>(_norms.SelectMany(norm => norm.buffers()), ReferenceEqualityComparer.Instance);
        names.UnionWith(network.named_buffers().Where(entry => statistics.Contains(entry.buffer)).Select(entry => entry.name));
        (Names, Trained) = (names, trained);
    }

    /// <summary>Names in the state dictionary of all that stays: parameters, and statistics of frozen batch norms.</summary>
    public IReadOnlySet<string> Names { get; }

    /// <summary>The other parameters, for the optimiser.</summary>
    public IReadOnlyList<Parameter> Trained { get; }

    /// <summary>What is wrong with patterns for a network, as sentences.</summary>
    public static IEnumerable<string> Faults(Network network, IReadOnlyList<string> patterns)
    {
        var names = network.named_parameters().Select(entry => entry.name).ToList();
        foreach (var pattern in patterns.Where(pattern => !names.Exists(name => WeightLoadingOptions.Matches([pattern], name))))
        {
            yield return $"'{pattern}' of FreezePatterns fits no weight of {network.Description}; its weights are "
                + $"{WeightLoadingOptions.Known(names)}.";
        }

        if (patterns.Count > 0 && names.TrueForAll(name => WeightLoadingOptions.Matches(patterns, name)))
        {
            yield return $"FreezePatterns fit all {names.Count} weights, so that none is left to train. Leave out the last layers.";
        }
    }

    /// <summary>Freezes; to be called whenever the network was put into training mode.</summary>
    public void Apply()
    {
        _parameters.ForEach(parameter => parameter.requires_grad = false);
        _norms.ForEach(norm => norm.eval());
    }
}
