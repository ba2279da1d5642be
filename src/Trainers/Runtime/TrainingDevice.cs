using Microsoft.ML.MedicalSegmentation.Scoring.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Runtime;

/// <summary>Chooses where training computes, as the context says.</summary>
internal static class TrainingDevice
{
    /// <summary>The first of some devices, all of which must be there.</summary>
    /// <exception cref="InvalidOperationException">One is missing, or libtorch does not load.</exception>
    public static Device Require(IReadOnlyList<Device> devices)
    {
        Libtorch.Require();
        OnnxRuntimeLibrary.Require();
        var available = cuda.is_available() ? cuda.device_count() : 0;
        foreach (var device in devices.Where(device => device.type != DeviceType.CPU && Math.Max(0, device.index) >= available))
        {
            throw new InvalidOperationException(
                $"Partition.Devices names {device}, but libtorch sees {available} CUDA devices. Install a CUDA build of TorchSharp "
                    + "(TorchSharp-cuda-windows or -linux) and a driver, or name other devices."
            );
        }

        return devices[0];
    }

    /// <summary>The GPU that <see cref="MLContext.GpuDeviceId"/> names, else the CPU.</summary>
    /// <param name="context">Names the GPU, if any.</param>
    /// <param name="log">Told where the CPU takes the place of the GPU.</param>
    /// <exception cref="ExecutionEnvironmentException">
    /// A GPU is named, there is none of that number, and <see cref="MLContext.FallbackToCpu"/> is false; or libtorch does not load.
    /// </exception>
    public static Device Choose(MLContext context, Action<string> log)
    {
        Libtorch.Require();
        OnnxRuntimeLibrary.Require();
        if (context.GpuDeviceId is not { } id)
        {
            return CPU;
        }

        var available = cuda.is_available() ? cuda.device_count() : 0;
        if (id >= 0 && id < available)
        {
            return device(DeviceType.CUDA, id);
        }

        var missing = $"MLContext.GpuDeviceId is {id}, but libtorch sees {available} CUDA devices.";
        if (!context.FallbackToCpu)
        {
            throw new ExecutionEnvironmentException(
                $"{missing} Install a CUDA build of TorchSharp (TorchSharp-cuda-windows or -linux) and a driver, choose another "
                    + "device, or set FallbackToCpu to true."
            );
        }

        log($"{missing} The processor trains.");
        return CPU;
    }
}
