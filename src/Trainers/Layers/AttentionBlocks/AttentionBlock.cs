using Microsoft.ML.MedicalSegmentation.Expressions;

namespace Microsoft.ML.MedicalSegmentation.Layers.AttentionBlocks;

/// <summary>A block that weighs or enriches features and keeps their shape, so that it can be put into any network.</summary>
/// <remarks>
/// After Rao et al. 2021, Studying the Effects of Self-Attention for Medical Image Analysis, https://arxiv.org/abs/2109.01486, which
/// compares such blocks.
/// </remarks>
internal abstract class AttentionBlock : Layer
{
    /// <summary>[N, C, S] -> the same.</summary>
    /// <exception cref="ArgumentException">The channels or the number of axes differ from the constructor's.</exception>
    public abstract TensorExpression Forward(TensorExpression input);
}
