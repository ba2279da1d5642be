namespace Microsoft.ML.MedicalSegmentation;

/// <summary>What encodes the image of a <see cref="Networks.DualAttentionNets.DualAttention"/> network.</summary>
public enum DualAttentionEncoder
{
    /// <summary>ResNet-101, the published one.</summary>
    ResNet101,

    /// <summary>ResNet-50.</summary>
    ResNet50,

    /// <summary>ResNet-34.</summary>
    ResNet34,

    /// <summary>ResNet-18.</summary>
    ResNet18,

    /// <summary>ResNeXt-101 32x8d.</summary>
    ResNeXt101,

    /// <summary>ResNeXt-50 32x4d.</summary>
    ResNeXt50,

    /// <summary>The encoder of the plain <see cref="Networks.UNets.UNet"/>.</summary>
    UNet,

    /// <summary>The residual encoder of the <see cref="Networks.UNets.UNet"/>.</summary>
    ResidualUNet,
}
