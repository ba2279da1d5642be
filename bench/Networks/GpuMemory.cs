using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.MedicalSegmentation.Bench;

/// <summary>Memory of the first GPU, as nvidia-smi tells it.</summary>
internal static class GpuMemory
{
    /// <summary>MiB that a side holds after some training steps, CUDA itself included.</summary>
    public static double Of(Func<SideProcess> start)
    {
        var before = Used();
        using var side = start();
        side.Run("train", 3);
        return Used() - before;
    }

    private static double Used()
    {
        var start = new ProcessStartInfo("nvidia-smi", ["--id=0", "--query-gpu=memory.used", "--format=csv,noheader,nounits"])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("nvidia-smi did not start.");
        return double.Parse(process.StandardOutput.ReadToEnd().Trim(), CultureInfo.InvariantCulture);
    }
}
