using Microsoft.ML.MedicalSegmentation.Benchmarks.SideBySide;

namespace Microsoft.ML.MedicalSegmentation.Benchmarks.Metrics;

/// <summary>One operation in this process.</summary>
internal static class Measurement
{
    private static readonly Volume NoResult = Volume.Create(new byte[1], new(1, 1, 1, 1));

    /// <summary>Prints time and memory of an operation.</summary>
    public static void Run(string operation)
    {
        var action = Operations.Find(operation);
        var small = LabelPair.Make(40, 64, 64);
        for (var warmup = 0; warmup < 60; warmup++)
        {
            action(small.Truth, small.Prediction);
            Thread.Sleep(warmup < 10 ? 20 : 0);
        }

        var (truth, prediction) = LabelPair.Make(300, 512, 512);
        if (operation == "specks")
        {
            LabelPair.Specks(truth);
        }

        Passes.Print(
            () =>
            {
                action(truth, prediction);
                return NoResult;
            },
            countsResult: true);
    }
}
