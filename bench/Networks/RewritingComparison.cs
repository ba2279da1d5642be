using System.Diagnostics;
using Microsoft.ML.MedicalSegmentation.Export.Optimization;
using Microsoft.ML.MedicalSegmentation.Scoring.Models;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.MedicalSegmentation.Bench;

/// <summary>
/// What each rewriting of the ONNX graph is worth: a network's file with all of them, without each one, and with none, in turns.
/// </summary>
internal static class RewritingComparison
{
    // Idle threads of ONNX Runtime spin for some time before they sleep.
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(100);

    private static readonly OnnxRewritings[] Single =
    [
        .. Enum.GetValues<OnnxRewritings>().Where(one => one is not (OnnxRewritings.None or OnnxRewritings.All)),
    ];

    /// <summary>Prints a Markdown table: milliseconds with all rewritings, then the time without each over the time with all.</summary>
    public static void Print(BenchOptions options)
    {
        Console.WriteLine($"| Network | all, ms | {string.Join(" | ", Single.Select(one => $"without {one}"))} | none |");
        Console.WriteLine($"|---|---:|{string.Concat(Enumerable.Repeat("---:|", Single.Length + 1))}");
        foreach (var entry in NetworkCases.Find(options))
        {
            var times = Measure(entry, options);
            var cells = Single.Select(one => OnnxRewritings.All & ~one).Append(OnnxRewritings.None)
                .Select(set => times.TryGetValue(set, out var time) ? $"{time / times[OnnxRewritings.All]:0.00}" : "-");
            Console.WriteLine($"| {entry.Title} | {times[OnnxRewritings.All]:0.0} | {string.Join(" | ", cells)} |");
        }
    }

    // Medians in milliseconds. A set that gives the same file as all rewritings is left out.
    private static Dictionary<OnnxRewritings, double> Measure(NetworkCase entry, BenchOptions options)
    {
        var files = new Dictionary<OnnxRewritings, byte[]> { [OnnxRewritings.All] = entry.Export(OnnxRewritings.All) };
        foreach (var set in Single.Select(one => OnnxRewritings.All & ~one).Append(OnnxRewritings.None))
        {
            var file = entry.Export(set);
            if (!file.AsSpan().SequenceEqual(files[OnnxRewritings.All]))
            {
                files[set] = file;
            }
        }

        var sessions = files.ToDictionary(
            file => file.Key, file => OnnxSessions.Open(file.Value, options.Threads, new ScoringDevice(), Console.Error.WriteLine, out _));
        using var image = OrtValue.CreateTensorValueFromMemory(Noise(entry.Image), entry.Image);
        using var run = new RunOptions();
        try
        {
            var times = sessions.Keys.ToDictionary(set => set, _ => new List<double>());
            for (var round = 0; round <= options.Rounds; round++)
            {
                foreach (var (set, session) in sessions)
                {
                    Thread.Sleep(Settling);
                    for (var pass = 0; pass < options.Turn; pass++)
                    {
                        var start = Stopwatch.GetTimestamp();
                        session.Run(run, session.InputNames, [image], session.OutputNames).Dispose();

                        // The first round warms up.
                        if (round > 0)
                        {
                            times[set].Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                        }
                    }
                }
            }

            return times.ToDictionary(one => one.Key, one => one.Value.Order().ElementAt(one.Value.Count / 2));
        }
        finally
        {
            foreach (var session in sessions.Values)
            {
                session.Dispose();
            }
        }
    }

    private static float[] Noise(long[] shape)
    {
        var random = new Random(0);
        return
        [
            .. Enumerable
                .Range(0, (int)shape.Aggregate(1L, (product, size) => product * size))
                .Select(_ => (float)random.NextDouble() - 0.5f),
        ];
    }
}
