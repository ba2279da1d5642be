using Microsoft.ML.MedicalSegmentation.Scoring;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>What <c>Models.Load</c> changes of a model.</summary>
public sealed record ModelLoadOptions
{
    /// <summary>Gives the settings to score with, from those that the model was saved with; null keeps them.</summary>
    /// <example><c>Settings = saved => saved with { Resampling = ResamplingOptions.NnUNet }</c></example>
    public Func<ScoringSettings, ScoringSettings>? Settings { get; init; }

    /// <summary>Where the network runs.</summary>
    /// <value>Default null: <c>MLContext.GpuDeviceId</c>, and where that is not set <see cref="ScoringDevice.ForLoadedModels"/>.</value>
    public ScoringDevice? Device { get; init; }

    /// <summary>
    /// A PEM file with the public elliptic-curve key that must have signed the model's card; a model that is not signed by it is refused.
    /// </summary>
    /// <value>Default null: signatures are not asked for.</value>
    public string? TrustedKeyPath { get; init; }

    /// <summary>A column of class probabilities to add, one channel per class, where the model was saved without one.</summary>
    /// <value>Default null: none is added. A model that was saved with such a column keeps it.</value>
    public string? ProbabilitiesColumnName { get; init; }

    /// <summary>
    /// A column of doubt to add: one channel, 0 to 1, the entropy of the class probabilities or of the most doubtful region.
    /// </summary>
    /// <remarks>
    /// It is computed slice by slice, so that it takes 4 bytes a voxel and not 4 bytes for each voxel and class, as probabilities do.
    /// </remarks>
    /// <value>
    /// Default null: none is added. Ignored where <see cref="ProbabilitiesColumnName"/> is given and by models that were saved with a
    /// column of probabilities.
    /// </value>
    public string? DoubtColumnName { get; init; }

    /// <summary>What a model gives beside labels, from what it was saved with.</summary>
    internal ScoringOutput OutputOf(ScoringOutput saved)
        => saved != ScoringOutput.None ? saved : OutputOf(ProbabilitiesColumnName is not null, DoubtColumnName is not null);

    /// <summary>Probabilities before doubt.</summary>
    internal static ScoringOutput OutputOf(bool withProbabilities, bool withDoubt)
        => withProbabilities ? ScoringOutput.Probabilities : withDoubt ? ScoringOutput.Doubt : ScoringOutput.None;
}
