namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Which published form of the U-Net is built.</summary>
public enum UNetForm
{
    /// <summary>Stages of two convolutions: nnU-Net's default.</summary>
    Plain,

    /// <summary>An encoder of residual blocks, one convolution per stage of the decoder: nnU-Net's ResEnc.</summary>
    ResidualEncoder,
}
