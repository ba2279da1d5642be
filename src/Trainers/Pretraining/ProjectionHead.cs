using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Layers;

namespace Microsoft.ML.MedicalSegmentation.Pretraining;

/// <summary>
/// Linear layers, each with a batch norm, and rectifiers between them: from pooled features to the embedding that pre-training compares;
/// thrown away afterwards.
/// </summary>
/// <param name="features">Numbers that come in.</param>
/// <param name="depth">How many layers.</param>
/// <param name="outputs">Numbers of the embedding.</param>
/// <remarks>
/// Chen et al. 2020, SimCLR, https://arxiv.org/abs/2002.05709, with the batch norms of the authors' code. Without them nothing is learnt
/// here: after instance norms the pooled features of all images are almost equal, so that all similarities are 1, and their gradient is
/// almost 0.
/// </remarks>
internal sealed class ProjectionHead(long features, int depth, int outputs) : Layer
{
    private readonly Linear[] layers =
    [
        .. Enumerable.Range(1, depth).Select(layer => new Linear(features, layer == depth ? outputs : features, bias: false)),
    ];
    private readonly BatchNorm[] norms =
    [
        .. Enumerable.Range(1, depth).Select(layer => new BatchNorm(layer == depth ? outputs : features)),
    ];

    /// <summary>[N, features] -> [N, outputs].</summary>
    public TensorExpression Forward(TensorExpression input)
    {
        var value = input;
        for (var layer = 0; layer < layers.Length; layer++)
        {
            value = norms[layer].Forward(layers[layer].Forward(layer == 0 ? value : value.Relu()));
        }

        return value;
    }
}
