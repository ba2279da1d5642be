using Microsoft.ML.MedicalSegmentation.Checks;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Threads and precision: <see cref="SegmentationTrainer.Options.Device"/>. The GPU is chosen by MLContext.GpuDeviceId.</summary>
public sealed record DeviceOptions
{
    private const int MostThreads = 1024;

    /// <summary>
    /// Threads that libtorch computes with. The number belongs to the process: of trainings and explanations that run at once, the last one
    /// to begin decides.
    /// </summary>
    /// <value>From 0 to 1,024. Default: 0, one per processor.</value>
    public int Threads { get; init; }

    /// <summary>The number format in which the network computes while training; its weights and the exported model are float32.</summary>
    /// <value>Default: <see cref="TrainingPrecision.Float32"/>.</value>
    public TrainingPrecision Precision { get; init; }

    internal void AddFaults(OptionFaults faults)
    {
        faults.Require(Threads is >= 0 and <= MostThreads, "Device.Threads", Threads, $"from 0 to {MostThreads}");
        faults.Require(Enum.IsDefined(Precision), "Device.Precision", Precision, string.Join(" or ", Enum.GetNames<TrainingPrecision>()));
    }
}
