using System.Globalization;

namespace TrainingStep;

internal static class ProcessMemory
{
    /// <summary>The largest resident memory of a process so far in MiB, as Linux counts it.</summary>
    public static double Peak(string process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
    }
}
