namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Where a network runs.</summary>
/// <param name="GpuDeviceId">Number of a CUDA device; null for the processor.</param>
/// <param name="FallbackToCpu">True to use the processor, with a warning, where that device cannot be used; false to fail.</param>
public sealed record ScoringDevice(int? GpuDeviceId = null, bool FallbackToCpu = true)
{
    /// <summary>Where models run that <c>mlContext.Model.Load</c> made, from their first row on. Default: the processor.</summary>
    /// <remarks>ML.NET hands no context to the parts of a model that it loads, so <c>MLContext.GpuDeviceId</c> cannot reach them.</remarks>
    public static ScoringDevice ForLoadedModels { get; set; } = new();

    /// <summary>What a context says: its <c>GpuDeviceId</c> and <c>FallbackToCpu</c>.</summary>
    public static ScoringDevice Of(MLContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new(context.GpuDeviceId, context.FallbackToCpu);
    }
}
