using Microsoft.ML.MedicalSegmentation;
using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Layers;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;

namespace Extensibility.Tests;

/// <summary>An application's own network: its options choose it.</summary>
public sealed record TinyNetworkOptions : NetworkOptions
{
    /// <summary>Convolutions before the head.</summary>
    public int Layers { get; init; } = 2;

    /// <inheritdoc/>
    public override NetworkEntry Entry => TinyNetwork.Entry;

    /// <inheritdoc/>
    protected override IEnumerable<string> Faults() =>
        base.Faults().Concat(Layers < 1 ? [$"Layers is {Layers}; it must be at least 1."] : []);
}

/// <summary>A few convolutions and a head, at full resolution.</summary>
public sealed class TinyNetwork(TinyNetworkOptions options) : Network(options)
{
    private readonly Convolution[] layers =
    [
        .. Enumerable
            .Range(0, options.Layers)
            .Select(at => new Convolution(
                options.SpatialDims,
                at == 0 ? options.InputChannels : options.Width ?? 8,
                options.Width ?? 8,
                kernel: 3,
                padding: 1
            )),
    ];

    private readonly Convolution head = new(options.SpatialDims, options.Width ?? 8, options.Classes, kernel: 1);

    public static NetworkEntry Entry { get; } = new NetworkEntry<TinyNetworkOptions>(options => new TinyNetwork(options))
    {
        Key = "tiny",
        Name = "Tiny",
        Paper = "none",
        Summary = "A few convolutions.",
        Sizes = "any",
        Loss = new SquaredErrorLoss(),
    };

    public override string Description => "tiny network";

    public override SpatialSizeRule SizeRule => SpatialSizeRule.MultipleOf([.. Enumerable.Repeat(1L, Options.SpatialDims)]);

    public override TensorExpression Forward(TensorExpression image) =>
        head.Forward(layers.Aggregate(image, (features, layer) => layer.Forward(features).Relu()));
}
