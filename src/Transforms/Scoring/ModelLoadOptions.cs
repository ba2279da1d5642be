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

    /// <summary>A PEM file with the public elliptic-curve key that must have signed the model's card; a model that is not signed by it is refused.</summary>
    /// <value>Default null: signatures are not asked for.</value>
    public string? TrustedKeyPath { get; init; }

    /// <summary>A column of class probabilities to add, one channel per class, where the model was saved without one.</summary>
    /// <value>Default null: none is added. A model that was saved with such a column keeps it.</value>
    public string? ProbabilitiesColumnName { get; init; }
}
