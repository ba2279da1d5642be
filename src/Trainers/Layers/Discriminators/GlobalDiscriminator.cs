using Microsoft.ML.MedicalSegmentation.Expressions;

namespace Microsoft.ML.MedicalSegmentation.Layers.Discriminators;

/// <summary>Judges a patch as a whole: convolutions that halve the grid, the mean of the last features, one logit.</summary>
/// <param name="spatialDims">Number of spatial axes.</param>
/// <param name="channels">Channels of what is judged.</param>
/// <param name="width">Channels of the first stage; later ones have twice as many each, up to eight times.</param>
/// <param name="stages">Stages, each of which halves the grid.</param>
/// <remarks>
/// Nie et al. 2019, https://arxiv.org/abs/1907.03297. Differs: the mean of the last features instead of fully connected layers, so that any
/// patch fits; leaky ReLUs of slope 0.2 and no norms, as batches of a few patches have no stable statistics.
/// </remarks>
internal sealed class GlobalDiscriminator(int spatialDims, long channels, int width, int stages) : Layer
{
    private readonly Convolution[] convolutions =
    [
        .. Enumerable
            .Range(0, stages)
            .Select(stage => new Convolution(
                spatialDims,
                stage == 0 ? channels : DiscriminatorWidth.Of(width, stage - 1),
                DiscriminatorWidth.Of(width, stage),
                kernel: 3,
                stride: 2,
                padding: 1
            )),
    ];

    private readonly Linear head = new(DiscriminatorWidth.Of(width, stages - 1), 1);

    /// <summary>[N, channels, S] -> [N, 1]: the logit of the probability that the patch was recorded.</summary>
    public TensorExpression Forward(TensorExpression image)
    {
        using var scope = image.OpenScope();
        var features = convolutions.Aggregate(
            image,
            (input, convolution) => convolution.Forward(input).LeakyRelu(DiscriminatorWidth.Slope)
        );
        return scope.Keep(head.Forward(features.GlobalAveragePool().Flatten(1)));
    }
}
