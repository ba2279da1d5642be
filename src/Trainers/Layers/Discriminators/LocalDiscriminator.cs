using Microsoft.ML.MedicalSegmentation.Expressions;

namespace Microsoft.ML.MedicalSegmentation.Layers.Discriminators;

/// <summary>
/// Judges every place of a patch by what is around it: a fully convolutional network of a small receptive field, one logit per place.
/// </summary>
/// <param name="spatialDims">Number of spatial axes.</param>
/// <param name="channels">Channels of what is judged.</param>
/// <param name="width">Channels of the first convolution; each halving doubles them, up to eight times.</param>
/// <param name="stages">How often the grid is halved; 0 judges every voxel.</param>
/// <remarks>
/// Nie et al. 2019, https://arxiv.org/abs/1907.03297. Differs: leaky ReLUs of slope 0.2 and no norms, which would mix far places into a
/// local judgement.
/// </remarks>
internal sealed class LocalDiscriminator(int spatialDims, long channels, int width, int stages) : Layer
{
    private readonly Convolution entry = new(spatialDims, channels, width, kernel: 3, padding: 1);

    private readonly Convolution[] halvings =
    [
        .. Enumerable.Range(0, stages).Select(stage => new Convolution(
            spatialDims, DiscriminatorWidth.Of(width, stage), DiscriminatorWidth.Of(width, stage + 1), kernel: 3, stride: 2, padding: 1)),
    ];

    private readonly Convolution middle = new(
        spatialDims,
        DiscriminatorWidth.Of(width, stages),
        DiscriminatorWidth.Of(width, stages),
        kernel: 3,
        padding: 1
    );
    private readonly Convolution head = new(spatialDims, DiscriminatorWidth.Of(width, stages), 1, kernel: 1);

    /// <summary>[N, channels, S] -> [N, 1, S / 2^stages, rounded up]: the logit of the probability that the place was recorded.</summary>
    public TensorExpression Forward(TensorExpression image)
    {
        using var scope = image.OpenScope();
        var features = entry.Forward(image).LeakyRelu(DiscriminatorWidth.Slope);
        features = halvings
            .Append(middle)
            .Aggregate(features, (input, convolution) => convolution.Forward(input).LeakyRelu(DiscriminatorWidth.Slope));
        return scope.Keep(head.Forward(features));
    }
}
