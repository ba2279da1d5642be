using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Layers;

namespace Microsoft.ML.MedicalSegmentation.Pretraining;

/// <summary>Linear layers with rectifiers between them, from pooled features to the embedding that pre-training compares; thrown away afterwards.</summary>
/// <param name="features">Numbers that come in.</param>
/// <param name="depth">How many layers.</param>
/// <param name="outputs">Numbers of the embedding.</param>
/// <remarks>Chen et al. 2020, SimCLR, https://arxiv.org/abs/2002.05709. Differs: no norms between the layers, as in the paper's text; the authors' code has them.</remarks>
internal sealed class ProjectionHead(long features, int depth, int outputs) : Layer
{
    private readonly Linear[] layers = [.. Enumerable.Range(1, depth).Select(layer => new Linear(features, layer == depth ? outputs : features))];

    /// <summary>[N, features] -> [N, outputs].</summary>
    public TensorExpression Forward(TensorExpression input)
    {
        var value = layers[0].Forward(input);
        foreach (var layer in layers.Skip(1))
        {
            value = layer.Forward(value.Relu());
        }

        return value;
    }
}
