using Microsoft.ML.MedicalSegmentation.Expressions;
using Parameter = TorchSharp.Modules.Parameter;

namespace Microsoft.ML.MedicalSegmentation.Layers.Paired;

/// <summary>
/// Efficient paired attention: channels attend to channels and tokens to a few projected tokens, with shared queries and keys.
/// </summary>
/// <remarks>
/// <para>
/// The cost grows with tokens times <paramref name="projected"/> and not with the square of the tokens. Both temperatures multiply.
/// The weights depend on the number of tokens.
/// </para>
/// <para>
/// Shaker et al. 2024, UNETR++, https://arxiv.org/abs/2212.04497, eq. 1 to 6.
/// Differs, as the authors' code does: the result of the spatial attention is read as (channel, head, token) where it is written as
/// (head, token, channel), so that tokens and channels are mixed; <see cref="PairedAttentionOptions.CorrectedSpatialAttention"/> reads it
/// as the paper says. Keys and values are projected before queries and keys are normalised.
/// </para>
/// </remarks>
/// <param name="channels">C; a multiple of the heads.</param>
/// <param name="tokens">N, the number of tokens.</param>
/// <param name="projected">Tokens that spatial attention looks at.</param>
/// <param name="options">Heads and forms.</param>
internal sealed class EfficientPairedAttention(long channels, long tokens, long projected, PairedAttentionOptions options) : Layer
{
    private readonly Parameter channelTemperature = WeightInitializer.Constant(1, options.Heads, 1, 1);
    private readonly Parameter spatialTemperature = WeightInitializer.Constant(1, options.Heads, 1, 1);

    // Queries, keys, and the values of channel and of spatial attention.
    private readonly Linear projections = new(channels, 4 * channels, bias: options.ProjectionBias);

    private readonly Linear? keyTokens = options.TokenProjection == TokenProjection.Matrix ? null : new(tokens, projected);
    private readonly Linear? valueTokens = options.TokenProjection == TokenProjection.Separate ? new(tokens, projected) : null;

    private readonly Parameter? tokenMatrix = options.TokenProjection == TokenProjection.Matrix
        ? WeightInitializer.Default(projected, tokens, projected)
        : null;

    private readonly Linear? spatialOutput = options.AddsAttentions ? null : new(channels, channels / 2);
    private readonly Linear? channelOutput = options.AddsAttentions ? null : new(channels, channels - (channels / 2));

    private readonly Dropout channelDropout = new(options.Dropout);
    private readonly Dropout spatialDropout = new(options.Dropout);

    /// <summary>Our names and those of the authors' code.</summary>
    internal static (string Ours, string Original)[] OriginalNames { get; } =
    [
        ("channelTemperature", "temperature"),
        ("spatialTemperature", "temperature2"),
        ("projections", "qkvv"),
        ("keyTokens", "E"),
        ("valueTokens", "F"),
        ("tokenMatrix", "EF"),
        ("spatialOutput", "out_proj"),
        ("channelOutput", "out_proj2"),
    ];

    /// <summary>[N, tokens, channels] -> the same.</summary>
    /// <exception cref="ArgumentException">The tokens or channels differ from the constructor's.</exception>
    public TensorExpression Forward(TensorExpression input) => Forward(input, grid: null);

    /// <inheritdoc cref="Forward(TensorExpression)"/>
    /// <param name="input">The tokens.</param>
    /// <param name="grid">The grid that the tokens come from, over which both attentions are shown. Default: not shown.</param>
    public TensorExpression Forward(TensorExpression input, long[]? grid)
    {
        using var scope = input.OpenScope();
        var parts = projections.Forward(input).Reshape(-1, tokens, 4, options.Heads, channels / options.Heads);
        // [N, heads, channels of a head, tokens]
        TensorExpression Part(int index) => parts.Slice(2, index, 1).Squeeze(2).Permute(0, 2, 3, 1);
        var (query, key) = (Part(0), Part(1));
        var (keys, values) = (ProjectKeys(key), ProjectValues(Part(3)));
        query = query.Normalize(-1);
        key = key.Normalize(-1);

        var channelWeights = (query.MatMul(key.Transpose(2, 3)) * channelTemperature).Softmax(-1).Shown(this, "channels");
        var byChannel = channelDropout.Forward(channelWeights).MatMul(Part(2)).Permute(0, 3, 1, 2).Reshape(-1, tokens, channels);

        var spatialWeights = (query.Transpose(2, 3).MatMul(keys) * spatialTemperature).Softmax(-1).Shown(this, "tokens");
        var byToken = spatialDropout.Forward(spatialWeights).MatMul(values.Transpose(2, 3)); // [N, heads, tokens, channels of a head]
        var spatial = (options.CorrectedSpatialAttention ? byToken.Permute(0, 2, 1, 3) : byToken.Permute(0, 3, 1, 2)).Reshape(
            -1,
            tokens,
            channels
        );

        if (grid is not null)
        {
            byChannel.ShowMap(this, "channels", () => (byChannel * byChannel).Mean([2]).Sqrt().Reshape([-1, 1, .. grid]));
            spatialWeights.ShowMap(this, "tokens", () => TokensAttended(spatialWeights).Reshape([-1, 1, .. grid]));
        }

        return scope.Keep(spatialOutput is null || channelOutput is null
            ? byChannel + spatial
            : TensorExpression.Concat(-1, spatialOutput.Forward(spatial), channelOutput.Forward(byChannel)));
    }

    // [N, tokens]: how much attention a token gets through the projected ones that it is part of; 1 on average.
    private TensorExpression TokensAttended(TensorExpression spatialWeights)
    {
        var attended = spatialWeights.Mean([1, 2]).Unsqueeze(1); // [N, 1, projected]
        var parts = keyTokens is not null ? attended.Weight(keyTokens.Matrix).Abs()
            : tokenMatrix is not null ? attended.Weight(tokenMatrix).Abs().Transpose(0, 1)
            : throw new InvalidOperationException("Paired attention has no token projection.");
        var tokensAttended = attended.MatMul(parts).Squeeze(1);
        return tokensAttended / tokensAttended.Mean([1], keepDimensions: true);
    }

    private TensorExpression ProjectKeys(TensorExpression key) => keyTokens?.Forward(key) ?? ByMatrix(key);

    private TensorExpression ProjectValues(TensorExpression value) => (valueTokens ?? keyTokens)?.Forward(value) ?? ByMatrix(value);

    private TensorExpression ByMatrix(TensorExpression value) => tokenMatrix is null
        ? throw new InvalidOperationException("Paired attention has no token projection.")
        : value.MatMul(value.Weight(tokenMatrix));
}
