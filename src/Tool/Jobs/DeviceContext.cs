using MedSeg.Terminal;

namespace MedSeg.Jobs;

/// <summary>Contexts for the device that the user chose.</summary>
internal static class DeviceContext
{
    /// <summary>A context to score with; nothing falls back to the processor.</summary>
    /// <param name="gpu">Number of the CUDA device. Default: the processor.</param>
    /// <param name="seed">Seed of random choices. Default: none.</param>
    public static MLContext Create(int? gpu, int? seed = null) =>
        WarningListener.ListenTo(new(seed) { GpuDeviceId = gpu, FallbackToCpu = gpu is null });

    /// <summary>A context to train with, and to score afterwards.</summary>
    /// <remarks>
    /// Training never falls back to the processor. Scoring may, with a warning: an ONNX Runtime without CUDA beside a libtorch that has it
    /// must not cost the training.
    /// </remarks>
    /// <param name="gpu">Number of the CUDA device. Default: the processor.</param>
    /// <param name="seed">Seed of random choices. Default: none.</param>
    public static MLContext CreateForTraining(int? gpu, int? seed = null) => WarningListener.ListenTo(new(seed)
    {
        GpuDeviceId = gpu,
        FallbackToCpu = gpu is not { } id || (id >= 0 && id < TorchSharp.torch.cuda.device_count()),
    });
}
