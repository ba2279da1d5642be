using System.Diagnostics;

namespace Microsoft.ML.MedicalSegmentation.Bench;

/// <summary>One case on every side, in turns.</summary>
internal static class Comparison
{
    private const int VerifiedSteps = 3;

    // Idle threads of OpenMP and of ONNX Runtime spin for some time before they sleep, and would slow the side whose turn comes next.
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(200);

    public static CaseResult Run(NetworkCase entry, BenchOptions options, string python)
    {
        var folder = Directory.CreateTempSubdirectory("network-bench").FullName;
        var sides = new List<SideProcess>();
        try
        {
            entry.Write(folder, options);
            sides.Add(SideProcess.Own(SideNames.Own, "torch", folder));
            sides.Add(SideProcess.Peer(SideNames.Tuned, python, folder, tuned: true));
            if (options.Plain)
            {
                sides.Add(SideProcess.Peer(SideNames.Plain, python, folder, tuned: false));
            }

            var onnx = options.Onnx ? SideProcess.Own(SideNames.Onnx, "onnx", folder) : null;
            SideProcess[] inferring = onnx is null ? [.. sides] : [.. sides, onnx];
            SideProcess[] training = [.. sides];
            sides = [.. inferring];

            var result = new CaseResult(entry, [.. inferring.Select(side => (side.Name, side.Version))]);
            CompareLogits(result, inferring, folder);
            Measure(result.Forward, inferring, "forward", options);
            result.KeepMemory(result.ForwardMemory, inferring);
            if (options.Train)
            {
                CompareLosses(result, training);
                Measure(result.Train, training, "train", options);
                result.KeepMemory(result.TrainMemory, training);
            }

            if (options.Device != "cpu")
            {
                // Each process alone, as the driver counts what all processes hold.
                sides.ForEach(side => side.Dispose());
                sides.Clear();
                result.TrainMemory.Clear();
                result.TrainMemory[SideNames.Own] = GpuMemory.Of(() => SideProcess.Own(SideNames.Own, "torch", folder));
                result.TrainMemory[SideNames.Tuned] = GpuMemory.Of(() => SideProcess.Peer(SideNames.Tuned, python, folder, tuned: true));
            }

            return result;
        }
        finally
        {
            sides.ForEach(side => side.Dispose());
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void CompareLogits(CaseResult result, SideProcess[] sides, string folder)
    {
        var logits = sides.ToDictionary(side => side.Name, side => side.Logits(Path.Combine(folder, $"logits-{side.Id}.bin")));
        var reference = logits[SideNames.Tuned];
        var largest = Math.Max(reference.Max(Math.Abs), 1e-12f);
        foreach (var (name, values) in logits)
        {
            result.LogitDifference[name] = reference.Zip(values, (a, b) => Math.Abs(a - b)).Max() / largest;
        }
    }

    // The loss of the last of some optimiser steps, which each network takes from the same weights without dropout.
    private static void CompareLosses(CaseResult result, SideProcess[] sides)
    {
        foreach (var side in sides)
        {
            side.Run("verify", VerifiedSteps);
        }

        var reference = sides.First(side => side.Name == SideNames.Tuned).Loss;
        result.LossDifference = sides.Max(side => Math.Abs(side.Loss - reference)) / Math.Abs(reference);
    }

    private static void Measure(Dictionary<string, List<double>> measured, SideProcess[] sides, string request, BenchOptions options)
    {
        foreach (var side in sides)
        {
            WarmUp(side, request, options);
        }

        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var side in sides)
            {
                Thread.Sleep(Settling);
                measured.TryAdd(side.Name, []);
                measured[side.Name].AddRange(side.Run(request, options.Turn));
            }
        }
    }

    // Fills caches, and lets .NET compile what runs often: its compiler works on a thread of its own, which takes a core from the first
    // passes.
    private static void WarmUp(SideProcess side, string request, BenchOptions options)
    {
        var watch = Stopwatch.StartNew();
        do
        {
            side.Run(request, options.Turn);
        }
        while (watch.Elapsed.TotalSeconds < options.WarmUp);
    }
}
