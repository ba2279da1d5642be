using Microsoft.ML.MedicalSegmentation.Expressions;

namespace Microsoft.ML.MedicalSegmentation.Layers.SelfAttention;

/// <summary>
/// Turns the weights of self-attention, query by query, into one map: how much attention each position gets from all queries.
/// </summary>
internal static class AttentionReceived
{
    /// <summary>
    /// [N, queries, keys] -> [N, keys]: the mean over queries times the number of keys, so that 1 is the share of even attention.
    /// </summary>
    public static TensorExpression PerKey(TensorExpression weights) => weights.Mean([1]) * weights.Shape[2];

    /// <summary>[N, queries, keys] -> [N, 1, S], the keys being the positions of a grid.</summary>
    public static TensorExpression OverGrid(TensorExpression weights, long[] grid) => PerKey(weights).Reshape([-1, 1, .. grid]);
}
