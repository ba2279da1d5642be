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
    /// <param name="fault">What libtorch has reported.</param>
    /// <param name="device">The device.</param>
    /// <param name="training">What was trained, such as "unet with patches of 64 x 64 x 64 in batches of 2".</param>
    /// <param name="remedy">What needs less memory, as a sentence.</param>
    public static ExecutionEnvironmentException Exhausted(ExternalException fault, Device device, string training, string remedy) =>
        new(
            $"The memory of {device} does not suffice to train {training}: "
                + $"{fault.Message.Split('\n')[0].TrimEnd('.', ' ', '\r')}. {remedy}",
            fault
        );

    /// <summary>The same for a training on patches.</summary>
    public static ExecutionEnvironmentException Exhausted(
        ExternalException fault,
        Device device,
        NetworkOptions network,
        PatchSize patch,
        SamplingOptions sampling,
        DeviceOptions options
    )
    {
        var precision = options.Precision == TrainingPrecision.Float32 ? "take Device.Precision = BFloat16, " : "";
        return Exhausted(
            fault,
            device,
            $"{network.Entry.Key} with patches of {patch} in batches of {sampling.BatchSize}",
            $"Lower Sampling.BatchSize or Sampling.PatchSize, {precision}give the network a smaller Width, "
                + "or end other programs that use the device."
        );
    }
}
