using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.MedicalSegmentation.Benchmarks.Formats;

/// <summary>One operation in this process: prints its seconds, those of all processors, and the kilobytes by which the process grew at its peak.</summary>
internal static class Measurement
{
    private const int Repeats = 3;

    /// <summary>"read FILE WARMUP", or "write FILE OUT WARMUP".</summary>
    public static void Run(string[] operation)
    {
        // The small file pays for just-in-time compilation, as Python's imports are paid for before its clock starts.
        if (operation is ["read", var file, var warmup])
        {
            VolumeFormats.Open(warmup);
            Timed(() => VolumeFormats.Open(file));
        }
        else if (operation is ["write", var source, var target, var small])
        {
            VolumeFormats.Save(VolumeFormats.Open(small), target);
            var volume = VolumeFormats.Open(source);
            Timed(() =>
            {
                VolumeFormats.Save(volume, target);
                return volume;
            });
        }
    }

    /// <summary>The median of a few runs, with the memory of the first.</summary>
    private static void Timed(Func<Volume> action)
    {
        var before = StatusKilobytes("VmRSS");
        File.WriteAllText("/proc/self/clear_refs", "5");
        var (seconds, processor) = (new double[Repeats], new double[Repeats]);
        var grown = 0L;
        for (var repeat = 0; repeat < Repeats; repeat++)
        {
            var processorBefore = Environment.CpuUsage.TotalTime;
            var watch = Stopwatch.StartNew();
            var volume = action();
            seconds[repeat] = watch.Elapsed.TotalSeconds;
            processor[repeat] = (Environment.CpuUsage.TotalTime - processorBefore).TotalSeconds;
            grown = repeat == 0 ? StatusKilobytes("VmHWM") - before : grown;
            GC.KeepAlive(volume);
            GC.Collect();
        }

        Console.WriteLine(FormattableString.Invariant($"{seconds.Order().ElementAt(Repeats / 2)} {processor.Order().ElementAt(Repeats / 2)} {grown}"));
    }

    private static long StatusKilobytes(string field)
        => long.Parse(File.ReadLines("/proc/self/status").First(l => l.StartsWith(field, StringComparison.Ordinal)).Split(':')[1].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
}
