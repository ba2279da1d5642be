using Microsoft.ML.MedicalSegmentation.Layers.Gates;
using Microsoft.ML.MedicalSegmentation.Networks.UNets;

namespace Microsoft.ML.MedicalSegmentation.Layers.AttentionBlocks;

/// <summary>The attention blocks that a <see cref="UNet"/> can have. Adding one: a file in this folder, and an entry here.</summary>
internal static class AttentionBlockList
{
    /// <summary>Every block.</summary>
    public static IReadOnlyList<AttentionBlockEntry> All { get; } =
    [
        new(
            "squeeze-excitation",
            "SE",
            "Hu et al., Squeeze-and-Excitation Networks, 2018, https://arxiv.org/abs/1709.01507",
            AttentionPlaces.Stages,
            false,
            (dims, channels, options) => new SqueezeExcitation(dims, channels, options)
        ),
        new(
            "convolutional-block-attention",
            "CBAM",
            "Woo et al., CBAM: Convolutional Block Attention Module, 2018, https://arxiv.org/abs/1807.06521",
            AttentionPlaces.Stages,
            false,
            (dims, channels, options) => new ConvolutionalBlockAttention(dims, channels, options)
        ),
        new(
            "global-context",
            "GC",
            "Cao et al., GCNet: Non-local Networks Meet Squeeze-Excitation Networks and Beyond, 2019, https://arxiv.org/abs/1904.11492",
            AttentionPlaces.Stages,
            true,
            (dims, channels, options) => new GlobalContext(dims, channels, options)
        ),
        new(
            "bottleneck-attention",
            "BAM",
            "Park et al., BAM: Bottleneck Attention Module, 2018, https://arxiv.org/abs/1807.06514",
            AttentionPlaces.EncoderStages,
            false,
            (dims, channels, options) => new BottleneckAttention(dims, channels, options)
        ),
        new(
            "non-local",
            "Non-local",
            "Wang et al., Non-local Neural Networks, 2018, https://arxiv.org/abs/1711.07971",
            AttentionPlaces.Bottleneck,
            true,
            (dims, channels, options) => new NonLocalAttention(dims, channels, options)
        ),
        new(
            "spatial-channel-excitation",
            "scSE",
            "Roy et al., Concurrent Spatial and Channel Squeeze & Excitation in Fully Convolutional Networks, 2018, "
                + "https://arxiv.org/abs/1803.02579",
            AttentionPlaces.Stages,
            false,
            (dims, channels, options) => new SpatialChannelExcitation(dims, channels, options)
        ),
        new(
            "project-excite",
            "PE",
            "Rickmann et al., 'Project & Excite' Modules for Segmentation of Volumetric Medical Scans, 2019, "
                + "https://arxiv.org/abs/1906.04649",
            AttentionPlaces.Stages,
            false,
            (dims, channels, options) => new ProjectExcite(dims, channels, options)
        ),
        new(
            "efficient-channel-attention",
            "ECA",
            "Wang et al., ECA-Net: Efficient Channel Attention for Deep Convolutional Neural Networks, 2020, "
                + "https://arxiv.org/abs/1910.03151",
            AttentionPlaces.Stages,
            false,
            (_, channels, options) => new EfficientChannelAttention(channels, options)
        ),
        new(
            "dual-attention",
            "PAM and CAM",
            "Fu et al., Dual Attention Network for Scene Segmentation, 2019, https://arxiv.org/abs/1809.02983",
            AttentionPlaces.Bottleneck,
            true,
            (dims, channels, _) => new DualAttentionBlock(dims, channels)
        ),
        new(
            "attention-gate",
            "Attention gate",
            "Oktay et al., Attention U-Net: Learning Where to Look for the Pancreas, 2018, https://arxiv.org/abs/1804.03999",
            AttentionPlaces.Skips,
            false,
            null,
            (dims, channels, options) => new AdditiveAttentionGate(dims, channels, channels, options.Inner(channels, byDefault: 2))
        ),
    ];

    /// <summary>The block of a key; upper and lower case are the same.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists the keys.</exception>
    public static AttentionBlockEntry Find(string key) => TryFind(key)
        ?? throw new ArgumentException($"There is no attention block '{key}'. Blocks: {Keys}.", nameof(key));

    internal static string Keys => string.Join(", ", All.Select(entry => entry.Key));

    internal static AttentionBlockEntry? TryFind(string key) =>
        All.FirstOrDefault(entry => string.Equals(entry.Key, key, StringComparison.OrdinalIgnoreCase));
}
