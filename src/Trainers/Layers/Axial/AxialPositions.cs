namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How axial attention depends on the distance between two positions.</summary>
public enum AxialPositions
{
    /// <summary>A learned vector per distance, for queries, keys and values.</summary>
    Relative,

    /// <summary>The same, each weighted by a learned number (a gate), as small data sets teach positions badly.</summary>
    Gated,

    /// <summary>Nothing; the weights serve any length.</summary>
    None,
}
