using System.Diagnostics;

namespace Microsoft.ML.MedicalSegmentation.Bench;

/// <summary>Memory of this process in MB (10^6 bytes).</summary>
internal static class PeakMemory
{
    public static double Now => Read(process => process.WorkingSet64);

    public static double Peak => Read(process => process.PeakWorkingSet64);

    /// <summary>Forgets the peak, on Linux: it is what is in use now.</summary>
    public static void Reset()
    {
        if (OperatingSystem.IsLinux())
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
        }
    }

    private static double Read(Func<Process, long> what)
    {
        using var process = Process.GetCurrentProcess();
        return what(process) / 1e6;
    }
}
