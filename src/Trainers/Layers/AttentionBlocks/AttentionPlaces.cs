using Microsoft.ML.MedicalSegmentation.Networks.UNets;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Where a <see cref="UNet"/> has attention blocks.</summary>
[Flags]
public enum AttentionPlaces
{
    /// <summary>Nowhere.</summary>
    None = 0,

    /// <summary>At the end of every stage of the encoder but the coarsest; the skip connections carry what the block gives.</summary>
    EncoderStages = 1,

    /// <summary>At the end of the coarsest stage.</summary>
    Bottleneck = 2,

    /// <summary>At the end of every stage of the decoder.</summary>
    DecoderStages = 4,

    /// <summary>On the skip connections; the encoder continues without.</summary>
    Skips = 8,

    /// <summary>At the end of every stage of both halves.</summary>
    Stages = EncoderStages | Bottleneck | DecoderStages,
}
