namespace Microsoft.ML.MedicalSegmentation.Scoring;

/// <summary>What scoring gives beside labels.</summary>
internal enum ScoringOutput
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A channel of probabilities for each output of the model.</summary>
    Probabilities,

    /// <summary>One channel of doubt, 0 to 1; see <see cref="MedicalSegmentation.Doubt"/>.</summary>
    Doubt,
}
