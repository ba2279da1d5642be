using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Fixtures;

/// <summary>A network to compare with a fixture. A layer is wrapped in <see cref="LayerNetwork"/>.</summary>
/// <param name="Network">The network, its weights still to be filled.</param>
/// <param name="Outputs">Outputs by the fixture's names; the single output of a network needs none.</param>
/// <param name="Check">What else is compared, such as losses.</param>
internal sealed record FixtureModel(
    Network Network,
    Func<NetworkOutput<torch.Tensor>, string, torch.Tensor>? Outputs = null,
    Action<Fixture, NetworkOutput<torch.Tensor>>? Check = null)
{
    public torch.Tensor Output(NetworkOutput<torch.Tensor> output, string name) => Outputs?.Invoke(output, name) ?? output.Logits;
}

/// <summary>A single layer as a network, so that it is filled, run and exported like one.</summary>
/// <param name="inputShape">[N, C, ...], the shape of the fixture's input.</param>
/// <param name="layer">The layer.</param>
/// <param name="compute">How it is called.</param>
/// <param name="names">Our names within the layer and the originals.</param>
internal sealed class LayerNetwork(
    long[] inputShape, Layer layer, Func<Value, Value> compute, params (string Ours, string Original)[] names)
    : Network(new NetworkOptions { SpatialDims = inputShape.Length - 2, InputChannels = (int)inputShape[1] })
{
    private readonly Layer layer = layer;

    public override string Description => layer.GetType().Name;

    public override SpatialSizeRule SizeRule => SpatialSizeRule.MultipleOf([.. inputShape[2..].Select(_ => 1L)]);

    protected override IEnumerable<(string Ours, string Original)> OriginalNames => [("layer", string.Empty), .. names];

    public override Value Forward(Value image) => compute(image);
}
