using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.MedicalSegmentation.Benchmarks.Spatial;

/// <summary>One operation in this process: prints its seconds, those of all processors, and the kilobytes by which the process grew at its peak.</summary>
internal static class Measurement
{
    private const int Repeats = 3;

    /// <summary>The operation on a volume of that size.</summary>
    public static void Run(string operation, string volume)
    {
        var action = Operations.Find(operation);

        // Small volumes pay for just-in-time compilation, as Python's imports are paid for before its clock starts.
        for (var warmup = 0; warmup < 40; warmup++)
        {
            action(Make(volume, 48));
            Thread.Sleep(warmup < 10 ? 20 : 0);
        }

        var source = Make(volume, 0);
        GC.Collect();
        var before = StatusKilobytes("VmRSS");
        File.WriteAllText("/proc/self/clear_refs", "5");
        var (seconds, processor) = (new double[Repeats], new double[Repeats]);
        var grown = 0L;
        for (var repeat = 0; repeat < Repeats; repeat++)
        {
            var processorBefore = Environment.CpuUsage.TotalTime;
            var watch = Stopwatch.StartNew();
            var result = action(source);
            seconds[repeat] = watch.Elapsed.TotalSeconds;
            processor[repeat] = (Environment.CpuUsage.TotalTime - processorBefore).TotalSeconds;
            grown = repeat == 0 ? StatusKilobytes("VmHWM") - before - (result.SizeInBytes / 1024) : grown;
            GC.KeepAlive(result);
            GC.Collect();
        }

        GC.KeepAlive(source);
        Console.WriteLine(FormattableString.Invariant($"{seconds.Order().ElementAt(Repeats / 2)} {processor.Order().ElementAt(Repeats / 2)} {grown}"));
    }

    /// <summary>A volume of one of the two sizes, or a small one of the same type.</summary>
    private static Volume Make(string volume, int side)
    {
        var geometry = VolumeGeometry.FromSpacing(0.7, 0.7, 1.5);
        if (volume == "int16")
        {
            var shape = side > 0 ? new VolumeShape(1, side, side, side) : new(1, 200, 256, 256);
            var stored = new short[shape.Count];
            for (var i = 0; i < stored.Length; i++)
            {
                stored[i] = (short)((i * 2654435761L >> 20) % 2000);
            }

            return Volume.Create(stored, shape, geometry);
        }

        var large = side > 0 ? new VolumeShape(1, side, side, side) : new(1, 300, 512, 512);
        var values = new float[large.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (i * 2654435761L >> 20) % 2000 * 0.37f;
        }

        return Volume.Create(values, large, geometry);
    }

    private static long StatusKilobytes(string field)
        => long.Parse(File.ReadLines("/proc/self/status").First(l => l.StartsWith(field, StringComparison.Ordinal)).Split(':')[1].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
}
