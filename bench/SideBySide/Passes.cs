using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.MedicalSegmentation.Benchmarks.SideBySide;

/// <summary>Measures an operation in this process and prints what <see cref="Run"/> reads.</summary>
internal static class Passes
{
    private const int Count = 3;

    /// <summary>Prints the median of a few passes, with the memory of the first.</summary>
    /// <param name="action">Warmed up already: just-in-time compilation is paid for before, as Python's imports are.</param>
    /// <param name="countsResult">Whether the result counts as memory by which the process grew.</param>
    public static void Print(Func<Volume> action, bool countsResult)
    {
        GC.Collect();
        var before = StatusKilobytes("VmRSS");
        File.WriteAllText("/proc/self/clear_refs", "5");
        var (seconds, processor) = (new double[Count], new double[Count]);
        var grown = 0L;
        for (var pass = 0; pass < Count; pass++)
        {
            (seconds[pass], processor[pass], var bytes) = Time(action);
            grown = pass == 0 ? StatusKilobytes("VmHWM") - before - (countsResult ? 0 : bytes / 1024) : grown;
            GC.Collect();
        }

        Console.WriteLine(
            FormattableString.Invariant($"{seconds.Order().ElementAt(Count / 2)} {processor.Order().ElementAt(Count / 2)} {grown}")
        );
    }

    // Not inlined, so that the collection between two passes finds the result of the first without a reference.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (double Seconds, double Processor, long Bytes) Time(Func<Volume> action)
    {
        var processor = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        var result = action();
        return (watch.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - processor).TotalSeconds, result.SizeInBytes);
    }

    private static long StatusKilobytes(string field) =>
        long.Parse(
            File.ReadLines("/proc/self/status")
                .First(line => line.StartsWith(field, StringComparison.Ordinal))
                .Split(':')[1]
                .Replace("kB", "", StringComparison.Ordinal)
                .Trim(),
            CultureInfo.InvariantCulture
        );
}
