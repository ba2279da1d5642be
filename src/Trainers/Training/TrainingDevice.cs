using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Chooses where training computes, as the context says.</summary>
internal static class TrainingDevice
{
    /// <summary>The GPU that <see cref="MLContext.GpuDeviceId"/> names, else the CPU.</summary>
    /// <exception cref="InvalidOperationException">A GPU is named, there is none of that number, and <see cref="MLContext.FallbackToCpu"/> is false.</exception>
    public static Device Choose(MLContext context)
    {
        if (context.GpuDeviceId is not { } id)
        {
            return CPU;
        }

        var available = cuda.is_available() ? cuda.device_count() : 0;
        if (id >= 0 && id < available)
        {
            return device(DeviceType.CUDA, id);
        }

        return context.FallbackToCpu
            ? CPU
            : throw new InvalidOperationException(
                $"MLContext.GpuDeviceId is {id}, but libtorch sees {available} CUDA devices. "
                + "Install a CUDA build of TorchSharp (TorchSharp-cuda-windows or -linux) and a driver, choose another device, or set FallbackToCpu to true.");
    }
}
