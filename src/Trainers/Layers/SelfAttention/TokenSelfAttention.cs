using Microsoft.ML.MedicalSegmentation.Expressions;

namespace Microsoft.ML.MedicalSegmentation.Layers.SelfAttention;

/// <summary>Self-attention of tokens in several heads: the attention of the transformer.</summary>
/// <param name="channels">C; a multiple of the heads.</param>
/// <param name="heads">Groups of channels that attend separately.</param>
/// <param name="dropout">Chance that an attention weight is zeroed while training.</param>
/// <remarks>Vaswani et al. 2017, Attention Is All You Need, https://arxiv.org/abs/1706.03762.</remarks>
internal sealed class TokenSelfAttention(long channels, int heads, double dropout = 0) : Layer
{
    private readonly Linear projections = new(channels, 3 * channels); // queries, keys and values
    private readonly Linear output = new(channels, channels);
    private readonly Dropout weightDropout = new(dropout);

    /// <summary>[N, tokens, channels] -> the same.</summary>
    /// <exception cref="ArgumentException">The channels differ from the constructor's.</exception>
    public TensorExpression Forward(TensorExpression input) => Forward(input, grid: null);

    /// <inheritdoc cref="Forward(TensorExpression)"/>
    /// <param name="input">The tokens.</param>
    /// <param name="grid">The grid that the tokens come from, over which the attention is shown. Default: not shown.</param>
    public TensorExpression Forward(TensorExpression input, long[]? grid)
    {
        using var scope = input.OpenScope();
        var tokens = input.Shape[1];
        var parts = projections.Forward(input).Reshape(-1, tokens, 3, heads, channels / heads);
        // [N, heads, tokens, channels of a head]
        TensorExpression Part(int index) => parts.Slice(2, index, 1).Squeeze(2).Permute(0, 2, 1, 3);
        var scores = Part(0).MatMul(Part(1).Transpose(2, 3)) / Math.Sqrt((double)channels / heads);
        var weights = scores.Softmax(-1).Shown(this, "attention");
        if (grid is not null)
        {
            weights.ShowMap(this, "attention", () => AttentionReceived.OverGrid(weights.Mean([1]), grid));
        }

        var gathered = weightDropout.Forward(weights).MatMul(Part(2)).Permute(0, 2, 1, 3).Reshape(-1, tokens, channels);
        return scope.Keep(output.Forward(gathered));
    }
}
