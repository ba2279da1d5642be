using Microsoft.ML.MedicalSegmentation.Expressions;

namespace Microsoft.ML.MedicalSegmentation.Layers.Axial;

/// <summary>
/// A residual bottleneck with axial attention, first along the height and then along the width, in place of its 3x3 convolution.
/// </summary>
/// <param name="inputs">Channels that come in.</param>
/// <param name="planes">Channels of the attention.</param>
/// <param name="grid">Height and width of the features that come in.</param>
/// <param name="groups">Groups of channels that attend separately.</param>
/// <param name="positions">How attention depends on distance.</param>
/// <param name="stride">By how much the grid shrinks.</param>
/// <param name="outputs">Channels that go out; twice <paramref name="planes"/> if null.</param>
/// <remarks>
/// Valanarasu et al. 2021, https://arxiv.org/abs/2102.10662, and the authors' AxialBlock, AxialBlock_dynamic and AxialBlock_wopos; the last
/// owns a convolution that it never uses, kept for its checkpoints.
/// </remarks>
internal sealed class AxialAttentionBlock(
    long inputs, long planes, long[] grid, int groups, AxialPositions positions, int stride = 1, long? outputs = null) : Layer
{
    private readonly Convolution down = new(2, inputs, planes, kernel: 1, bias: false);
    private readonly BatchNorm downNorm = new(planes);
    private readonly Convolution? unused = positions == AxialPositions.None ? new(2, planes, planes, kernel: 1) : null;
    private readonly AxialAttention heightAttention = new(planes, grid[0], groups, alongWidth: false, positions);
    private readonly AxialAttention widthAttention = new(planes, grid[1], groups, alongWidth: true, positions, stride);
    private readonly Convolution up = new(2, planes, outputs ?? 2 * planes, kernel: 1, bias: false);
    private readonly BatchNorm upNorm = new(outputs ?? 2 * planes);

    private readonly Convolution? shortcut = HasShortcut(inputs, outputs ?? 2 * planes, stride)
        ? new(2, inputs, outputs ?? 2 * planes, kernel: 1, stride: stride, bias: false)
        : null;

    private readonly BatchNorm? shortcutNorm = HasShortcut(inputs, outputs ?? 2 * planes, stride) ? new(outputs ?? 2 * planes) : null;

    /// <summary>Our names and those of the authors' code.</summary>
    internal static (string Ours, string Original)[] OriginalNames { get; } =
    [
        ("down", "conv_down"),
        ("downNorm", "bn1"),
        ("unused", "conv1"),
        ("heightAttention", "hight_block"),
        ("widthAttention", "width_block"),
        ("up", "conv_up"),
        ("upNorm", "bn2"),
        ("shortcut", "downsample.0"),
        ("shortcutNorm", "downsample.1"),
        .. AxialAttention.OriginalNames,
    ];

    /// <summary>The gates of both attentions.</summary>
    internal IEnumerable<TorchSharp.Modules.Parameter> Gates => heightAttention.Gates.Concat(widthAttention.Gates);

    /// <summary>[N, inputs, H, W] -> [N, outputs, H / stride, W / stride].</summary>
    /// <exception cref="ArgumentException">The channels or the grid differ from the constructor's.</exception>
    public TensorExpression Forward(TensorExpression input)
    {
        using var scope = input.OpenScope();
        var features = downNorm.Forward(down.Forward(input)).Relu();
        features = widthAttention.Forward(heightAttention.Forward(features)).Relu();
        features = upNorm.Forward(up.Forward(features));
        var residual = shortcut is null || shortcutNorm is null ? input : shortcutNorm.Forward(shortcut.Forward(input));
        return scope.Keep((features + residual).Relu());
    }

    private static bool HasShortcut(long inputs, long outputs, int stride) => stride != 1 || inputs != outputs;
}
