namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How many layers a residual network has.</summary>
public enum ResNetForm
{
    /// <summary>2 blocks of two convolutions in each stage. 11.2 million parameters at width 64 in 2D.</summary>
    ResNet18,

    /// <summary>3, 4, 6 and 3 blocks of two convolutions. 21.3 million parameters at width 64 in 2D.</summary>
    ResNet34,

    /// <summary>3, 4, 6 and 3 bottlenecks of three convolutions. 23.5 million parameters at width 64 in 2D.</summary>
    ResNet50,
}
