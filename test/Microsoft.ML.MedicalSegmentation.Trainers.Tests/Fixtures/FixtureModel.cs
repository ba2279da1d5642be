using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Layers;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Fixtures;

/// <summary>A network to compare with a fixture. A layer is wrapped in <see cref="LayerNetwork"/>.</summary>
/// <param name="Network">The network, its weights still to be filled.</param>
/// <param name="Outputs">
/// Outputs by the fixture's names, null for a name that it does not know; the single output of a network needs none.
/// </param>
/// <param name="Check">What else is compared, such as losses.</param>
/// <param name="IgnoresUnitAxes">Whether [C, 1, 1] and [C] are the same, as where the original writes a matrix as a convolution.</param>
internal sealed record FixtureModel(
    Network Network,
    Func<NetworkOutput<torch.Tensor>, string, torch.Tensor?>? Outputs = null,
    Action<Fixture, NetworkOutput<torch.Tensor>>? Check = null,
    bool IgnoresUnitAxes = false)
{
    /// <summary>The output of a name.</summary>
    /// <param name="output">What the network gave.</param>
    /// <param name="name">The fixture's name for it.</param>
    /// <param name="isOnly">Whether the fixture has no other, so that an unknown name means the logits.</param>
    public torch.Tensor Output(NetworkOutput<torch.Tensor> output, string name, bool isOnly)
    {
        var found = Outputs is null ? output.Logits : Outputs(output, name) ?? (isOnly ? output.Logits : null);
        Assert.IsNotNull(found, $"The fixture has an output '{name}'; {Network.Description} has none of that name.");
        return found;
    }
}

/// <summary>A single layer as a network, so that it is filled, run and exported like one.</summary>
/// <param name="inputShape">[N, C, ...], the shape of the fixture's input.</param>
/// <param name="layer">The layer.</param>
/// <param name="compute">How it is called; further results become side outputs.</param>
/// <param name="names">Our names within the layer and the originals.</param>
internal sealed class LayerNetwork(
    long[] inputShape, Layer layer, Func<TensorExpression, TensorExpression[]> compute, params (string Ours, string Original)[] names)
    : Network(new PlainOptions { SpatialDims = inputShape.Length - 2, InputChannels = (int)inputShape[1] })
{
    private readonly Layer layer = layer;

    public LayerNetwork(
        long[] inputShape,
        Layer layer,
        Func<TensorExpression, TensorExpression> compute,
        params (string Ours, string Original)[] names
    )
        : this(inputShape, layer, value => [compute(value)], names) { }

    public override string Description => layer.GetType().Name;

    public override SpatialSizeRule SizeRule => SpatialSizeRule.MultipleOf([.. inputShape[2..].Select(_ => 1L)]);

    protected override IEnumerable<(string Ours, string Original)> OriginalNames => [("layer", string.Empty), .. names];

    public override TensorExpression Forward(TensorExpression image) => compute(image)[0];

    public override NetworkOutput<TensorExpression> ForwardTraining(TensorExpression image)
    {
        var values = compute(image);
        return new(values[0], values[1..]);
    }
}
