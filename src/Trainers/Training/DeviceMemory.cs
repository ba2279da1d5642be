using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>Tells what to do where the memory of a device does not suffice for training.</summary>
internal static class DeviceMemory
{
    // CUDA's allocator, and the processor's on Linux and on Windows.
    private static readonly string[] Signs = ["out of memory", "can't allocate memory", "not enough memory"];

    /// <summary>Whether libtorch could not get the memory it asked for.</summary>
    public static bool IsExhausted(ExternalException fault)
        => Signs.Any(sign => fault.Message.Contains(sign, StringComparison.OrdinalIgnoreCase));

    /// <summary>The error that names the options to change.</summary>
    public static ExecutionEnvironmentException Exhausted(
        ExternalException fault,
        Device device,
        PatchSize patch,
        SegmentationTrainer.Options options
    )
    {
        var reason = fault.Message.Split('\n')[0].TrimEnd('.', ' ', '\r');
        var precision = options.Device.Precision == TrainingPrecision.Float32 ? "take Device.Precision = BFloat16, " : "";
        return new(
            $"The memory of {device} does not suffice to train {options.Network.Entry.Key} with patches of {patch} in batches of {options.Sampling.BatchSize}: {reason}. "
                + $"Lower Sampling.BatchSize or Sampling.PatchSize, {precision}give the network a smaller Width, or end other programs that use the device.",
            fault
        );
    }
}
