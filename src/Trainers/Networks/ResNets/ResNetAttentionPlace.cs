namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Where a residual network has attention blocks.</summary>
public enum ResNetAttentionPlace
{
    /// <summary>In every residual block, after its last norm and before the addition.</summary>
    Blocks,

    /// <summary>At the ends of the first three stages.</summary>
    StageEnds,

    /// <summary>At the end of the third stage.</summary>
    ThirdStageEnd,
}
