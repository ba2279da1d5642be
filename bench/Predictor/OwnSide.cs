using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.MedicalSegmentation.Benchmarks.Predictor;

/// <summary>This library in a process of its own, with the protocol of peer.py.</summary>
internal static class OwnSide
{
    /// <summary>Loads a zip, then answers a line of the standard input after another.</summary>
    /// <param name="zip">The model.</param>
    /// <param name="threads">Threads of a run.</param>
    public static void Serve(string zip, int threads)
    {
        var context = new MLContext();
        var model = context
            .MedicalSegmentation()
            .Models.Load(zip, new() { Settings = saved => saved with { Threads = threads } });
        Console.WriteLine($".NET {Environment.Version}");
        while (Console.ReadLine() is { } line)
        {
            var words = line.Split('\t');
            File.WriteAllText("/proc/self/clear_refs", "5");
            var watch = Stopwatch.StartNew();
            var rows = new SegmentationDataset("input", [new SegmentationCase("case", words[1..], null)]).ToDataView(context);
            var row = context.Data.CreateEnumerable<Prediction>(model.Transform(rows), reuseRowObject: false).Single();
            VolumeFormats.Save(row.PredictedLabel ?? throw new InvalidOperationException("The model gave no labels."), words[0]);
            Console.WriteLine(FormattableString.Invariant($"{watch.Elapsed.TotalSeconds} {PeakMebibytes()}"));
        }
    }

    private static double PeakMebibytes()
    {
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
    }

    private sealed class Prediction
    {
        [LabelVolumeColumn]
        public LabelVolume? PredictedLabel { get; set; }
    }
}
