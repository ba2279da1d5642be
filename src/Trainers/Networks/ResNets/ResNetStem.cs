namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How a residual network begins.</summary>
public enum ResNetStem
{
    /// <summary>
    /// A convolution of kernel 7 and stride 2, and a maximum over 3 with stride 2: the paper's, for images from about 100 pixels on a side.
    /// </summary>
    Large,

    /// <summary>A convolution of kernel 3 and stride 2.</summary>
    Medium,

    /// <summary>A convolution of kernel 3 and stride 1: the paper's for CIFAR, whose images have 32 pixels on a side.</summary>
    Small,
}
