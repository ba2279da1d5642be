using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;

namespace Microsoft.ML.MedicalSegmentation.Pretraining;

/// <summary>
/// A network's encoder, pooling, and a projection head. What the network has beside its encoder is there and takes no part.
/// </summary>
/// <param name="network">The network; belongs to this one from now on.</param>
/// <param name="projection">Takes the encoder's pooled features.</param>
internal sealed class ContrastiveNetwork(Network network, ProjectionHead projection) : Network(network.Options)
{
    private readonly Network network = network;
    private readonly ProjectionHead projection = projection;

    /// <summary>The network whose encoder is trained.</summary>
    public Network Inner => network;

    /// <inheritdoc/>
    public override string Description => network.Description;

    /// <inheritdoc/>
    public override SpatialSizeRule SizeRule => network.SizeRule;

    /// <inheritdoc/>
    public override void OnEpochStarting(int epoch) => network.OnEpochStarting(epoch);

    /// <summary>[N, channels, S] -> [N, outputs]: the embedding.</summary>
    public override TensorExpression Forward(TensorExpression image) => projection.Forward(Pooled(network, image)
        ?? throw new InvalidOperationException($"{network.Description} gives no features. Take a network that overrides Network.Encode."));

    /// <summary>[N, F]: the encoder's features, averaged over positions; null for a network without an encoder.</summary>
    public static TensorExpression? Pooled(Network network, TensorExpression image)
        => network.Encode(image) is { } features ? (features.Shape.Rank > 2 ? features.GlobalAveragePool().Flatten(1) : features) : null;
}
