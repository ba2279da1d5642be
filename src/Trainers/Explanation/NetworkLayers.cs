using Microsoft.ML.MedicalSegmentation.Expressions.Torch;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Explanation;

/// <summary>
/// The layers of a network whose features Grad-CAM can look at: convolutions and norms over the image's axes, in the order in which they
/// run.
/// </summary>
internal sealed class NetworkLayers
{
    private const int MostNamed = 30;
    private const int FewestPositions = 8;

    private readonly string _network;
    private readonly List<(string Name, Tensor Weight, long[] Shape)> _layers;

    private NetworkLayers(string network, List<(string Name, Tensor Weight, long[] Shape)> layers) =>
        (_network, _layers) = (network, layers);

    /// <summary>Runs the network once on zeros.</summary>
    /// <param name="network">In evaluation mode.</param>
    /// <param name="input">[1, channels, S].</param>
    public static NetworkLayers Of(Network network, long[] input)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        using var probe = new FeatureProbe();
        network.forward(torch.zeros(input, torch.ScalarType.Float32, network.parameters().First().device));
        var names = new Dictionary<object, string>(ReferenceEqualityComparer.Instance);
        foreach (var (name, parameter) in network.named_parameters())
        {
            names.TryAdd(parameter, name);
        }

        return new(network.Description, [.. from layer in probe.Ran
                    where layer.Shape.Length == input.Length && names.ContainsKey(layer.Weight)
                    let name = names[layer.Weight]
                    select (name[..Math.Max(0, name.LastIndexOf('.'))], layer.Weight, layer.Shape)]);
    }

    /// <summary>Names as in weights files, without ".weight".</summary>
    public IReadOnlyList<string> Names => [.. _layers.Select(layer => layer.Name).Distinct()];

    /// <summary>
    /// Of the widest layers with the coarsest grid the last convolution that sees neighbours, with its norm: the bottleneck of a U-shaped
    /// network, whose features say most about what is seen and least about where its edges run.
    /// </summary>
    /// <remarks>
    /// A convolution that sees single positions may lead aside, as to the gates of an attention U-Net, which are the same for all classes.
    /// </remarks>
    public string Default
    {
        get
        {
            static long Positions(long[] shape) => shape.Skip(2).Aggregate(shape[0], (product, side) => product * side);
            static bool SeesNeighbours(Tensor weight) => weight.shape.Skip(2).Any(side => side > 1);
            var grids = _layers.Where(layer => layer.Shape[1] > 1 && Positions(layer.Shape) >= FewestPositions).ToList();
            grids = grids.Count > 0 ? grids : _layers;
            var coarsest = grids.Min(layer => Positions(layer.Shape));
            grids = grids.FindAll(layer => Positions(layer.Shape) == coarsest);
            grids = grids.FindAll(layer => layer.Shape[1] == grids.Max(other => other.Shape[1]));
            var at = grids.FindLastIndex(layer => SeesNeighbours(layer.Weight));
            return at < 0 ? grids[^1].Name
                : at + 1 < grids.Count && grids[at + 1].Weight.dim() == 1 ? grids[at + 1].Name
                : grids[at].Name;
        }
    }

    /// <summary>The weight of a layer.</summary>
    /// <param name="name">Its name, or that of a block, whose last layer is taken.</param>
    /// <exception cref="ArgumentException">There is none; the message names some.</exception>
    public Tensor Find(string name)
    {
        var at = _layers.FindLastIndex(layer => layer.Name == name || layer.Name.StartsWith($"{name}.", StringComparison.Ordinal));
        return at >= 0
            ? _layers[at].Weight
            : throw new ArgumentException(
                $"{_network} has no convolution or norm named '{name}'. Layers: "
                    + $"{string.Join(", ", Names.Take(MostNamed))}"
                    + $"{(Names.Count > MostNamed ? $" and {Names.Count - MostNamed} more" : "")}; the beginning of a "
                    + "name stands for the last layer of that block."
            );
    }
}
