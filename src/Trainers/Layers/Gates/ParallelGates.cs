using Microsoft.ML.MedicalSegmentation.Expressions;

namespace Microsoft.ML.MedicalSegmentation.Layers.Gates;

/// <summary>
/// Grid attention gates side by side on one skip connection, combined by a 1x1 convolution, batch norm and ReLU.
/// </summary>
/// <param name="spatialDims">Number of spatial axes.</param>
/// <param name="skipChannels">C, channels of the skip connection.</param>
/// <param name="gates">The gates; each gives C channels.</param>
/// <remarks>The authors' code of https://arxiv.org/abs/1804.03999 (two gates, or one); also used by CA-Net.</remarks>
internal sealed class ParallelGates(int spatialDims, long skipChannels, IReadOnlyList<GridAttentionGate> gates) : SkipGate
{
    private readonly IReadOnlyList<GridAttentionGate> parallel = gates;

    private readonly ConvolutionUnit combination = new(spatialDims, skipChannels * gates.Count, skipChannels, kernel: 1);

    /// <summary>Our names and those of the authors' code.</summary>
    internal static (string Ours, string Original)[] OriginalNames { get; } =
    [
        ("parallel.0", "gate_block_1"),
        ("parallel.1", "gate_block_2"),
        ("combination.convolution", "combine_gates.0"),
        ("combination.norm", "combine_gates.1"),
        .. GridAttentionGate.OriginalNames,
    ];

    /// <inheritdoc/>
    public override TensorExpression Forward(TensorExpression skip, TensorExpression gating)
    {
        using var scope = skip.OpenScope();
        return scope.Keep(combination.Forward(TensorExpression.Concat(1, [.. parallel.Select(gate => gate.Forward(skip, gating))])));
    }
}
