namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Which network encodes the image.</summary>
public enum ResidualEncoderForm
{
    /// <summary>ResNeXt-101 32x8d: 3, 4, 23 and 3 bottlenecks with 32 groups. About 87 million parameters at width 64.</summary>
    ResNeXt101,

    /// <summary>ResNeXt-50 32x4d: 3, 4, 6 and 3 bottlenecks with 32 groups. About 23 million parameters at width 64.</summary>
    ResNeXt50,

    /// <summary>ResNet-101: 3, 4, 23 and 3 bottlenecks. About 43 million parameters at width 64.</summary>
    ResNet101,

    /// <summary>ResNet-50: 3, 4, 6 and 3 bottlenecks. About 24 million parameters at width 64.</summary>
    ResNet50,

    /// <summary>ResNet-34: 3, 4, 6 and 3 blocks of two convolutions. About 21 million parameters at width 64.</summary>
    ResNet34,

    /// <summary>ResNet-18: 2 blocks of two convolutions at each scale. About 11 million parameters at width 64.</summary>
    ResNet18,

    /// <summary>1 block of two convolutions at each scale. About 5 million parameters at width 64.</summary>
    Small,

    /// <summary>
    /// The encoder of the plain <see cref="Networks.UNets.UNet"/> with 6 resolutions, whose features from a quarter of the image's
    /// resolution on attend.
    /// </summary>
    UNet,

    /// <summary>The same with the residual encoder of the <see cref="Networks.UNets.UNet"/>, nnU-Net's ResEnc.</summary>
    ResidualUNet,
}
