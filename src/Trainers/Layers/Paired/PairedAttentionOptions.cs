using Microsoft.ML.MedicalSegmentation.Layers.Paired;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How efficient paired attention brings keys and values from all tokens to a few.</summary>
public enum TokenProjection
{
    /// <summary>One linear layer for keys and values.</summary>
    Shared,

    /// <summary>A linear layer for keys and another for values.</summary>
    Separate,

    /// <summary>One matrix without a bias for keys and values.</summary>
    Matrix,
}

/// <summary>What an <see cref="EfficientPairedAttention"/> is built from, besides its sizes.</summary>
internal sealed record PairedAttentionOptions
{
    /// <summary>Groups of channels that attend separately.</summary>
    /// <value>At least 1, divides the channels; default 4.</value>
    public int Heads { get; init; } = 4;

    /// <summary>How tokens are projected.</summary>
    /// <value>Default: one linear layer for keys and values.</value>
    public TokenProjection TokenProjection { get; init; }

    /// <summary>Whether both attentions are added, instead of each projected to half of the channels and joined.</summary>
    /// <value>Default: false.</value>
    public bool AddsAttentions { get; init; }

    /// <summary>Whether spatial attention gives each token its own result, where the authors' code mixes tokens and channels.</summary>
    /// <value>Default: false, as released weights need it.</value>
    public bool CorrectedSpatialAttention { get; init; }

    /// <summary>Whether queries, keys and values have a bias.</summary>
    /// <value>Default: false, as published.</value>
    public bool ProjectionBias { get; init; }

    /// <summary>Chance that an attention weight is zeroed while training.</summary>
    /// <value>At least 0 and below 1; default 0.1.</value>
    public double Dropout { get; init; } = 0.1;
}
