using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.MedicalSegmentation.Bench;

/// <summary>Memory of the first GPU, as nvidia-smi tells it.</summary>
internal static class GpuMemory
{
    /// <summary>
    /// MiB that a side holds after some training steps, CUDA itself included; not a number where nvidia-smi does not tell.
    /// </summary>
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
        try
        {
            using var process = Process.Start(start) ?? throw new InvalidOperationException("nvidia-smi did not start.");
            return double.TryParse(process.StandardOutput.ReadToEnd().Trim(), CultureInfo.InvariantCulture, out var used)
                ? used
                : double.NaN;
        }
        catch (Win32Exception)
        {
            return double.NaN;
        }
    }
}
