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
}
