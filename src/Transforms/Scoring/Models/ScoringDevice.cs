using Microsoft.ML.MedicalSegmentation.Scoring.Models;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Where a network runs.</summary>
/// <param name="GpuDeviceId">Number of the device; null for the processor, or for device 0 of a <see cref="Provider"/>.</param>
/// <param name="FallbackToCpu">True to use the processor, with a warning, where that device cannot be used; false to fail.</param>
public sealed record ScoringDevice(int? GpuDeviceId = null, bool FallbackToCpu = true)
{
    /// <summary>The execution provider of ONNX Runtime, by name.</summary>
    /// <remarks>
    /// Its native package must be referenced by the application; where it is missing, opening the model says which one. All but the
    /// processor get the network as it was before the rewritings that only processors gain from.
    /// </remarks>
    /// <value>
    /// cpu, cuda, tensorrt, openvino, directml or coreml. Default null: cuda where <see cref="GpuDeviceId"/> is set, else cpu.
    /// </value>
    /// <exception cref="ArgumentException">There is no such provider.</exception>
    public string? Provider
    {
        get;
        init => field = value is null ? null : ExecutionProvider.Find(value).Key;
    }

    /// <summary>Where models run that <c>mlContext.Model.Load</c> made, from their first row on. Default: the processor.</summary>
    /// <remarks>ML.NET hands no context to the parts of a model that it loads, so <c>MLContext.GpuDeviceId</c> cannot reach them.</remarks>
    public static ScoringDevice ForLoadedModels { get; set; } = new();

    /// <summary>The provider to open networks with.</summary>
    internal ExecutionProvider ExecutionProvider
        => Provider is { } key ? ExecutionProvider.Find(key) : GpuDeviceId is null ? ExecutionProvider.Processor : ExecutionProvider.Cuda;

    /// <summary>What a context says: its <c>GpuDeviceId</c> and <c>FallbackToCpu</c>.</summary>
    public static ScoringDevice Of(MLContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new(context.GpuDeviceId, context.FallbackToCpu);
    }

    /// <summary>
    /// The device of a loaded model: the given one, else that of the context where it names one, else that of loaded models, read when
    /// the first row comes.
    /// </summary>
    internal static Func<ScoringDevice> OfLoaded(MLContext context, ScoringDevice? given)
    {
        var device = given ?? (context.GpuDeviceId is null ? null : Of(context));
        return () => device ?? ForLoadedModels;
    }
}
