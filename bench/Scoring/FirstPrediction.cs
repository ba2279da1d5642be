using System.Diagnostics;

namespace Microsoft.ML.MedicalSegmentation.Bench;

/// <summary>
/// How long a new process takes until its first prediction: a zip of 65 MiB, and plain PyTorch with the same weights, in turns.
/// </summary>
internal static class FirstPrediction
{
    private const int Rounds = 5;

    /// <summary>Loads the zip and scores one volume.</summary>
    /// <param name="folder">What "prepare" has written.</param>
    /// <param name="way">"own" for Models.Load, "bare" for mlContext.Model.Load.</param>
    public static void Run(string folder, string way)
    {
        var (context, path) = (new MLContext(seed: 1), Path.Combine(folder, "wide.zip"));
        var model = way == "bare" ? context.Model.Load(path, out _) : context.MedicalSegmentation().Models.Load(path);
        var rows = context.Data.LoadFromEnumerable([PreparedModel.MakeRow(PreparedModel.WidePatch, 1)]);
        var result = context.Data.CreateEnumerable<BenchResult>(model.Transform(rows), reuseRowObject: false).Single();
        Console.WriteLine($"{way,-6} {result.PredictedLabel!.Shape}, {PeakMemory.Peak / 1.048576:0} MiB at most");
        (model as IDisposable)?.Dispose();
    }

    /// <summary>Runs each side in turn and prints medians of whole processes, with the ratio to PyTorch's.</summary>
    public static void Compare(string folder)
    {
        var peer = Path.Combine(AppContext.BaseDirectory, "first_prediction.py");
        var (own, python) = (Environment.ProcessPath ?? "dotnet", File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3");
        Seconds(python, peer, "convert", folder);
        (string Name, string Program, string[] Arguments)[] sides =
        [
            ("medical.Models.Load", own, ["first", folder, "own"]),
            ("mlContext.Model.Load", own, ["first", folder, "bare"]),
            ("PyTorch", python, [peer, "run", folder]),
        ];
        var seconds = sides.ToDictionary(side => side.Name, _ => new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (name, program, arguments) in sides)
            {
                seconds[name].Add(Seconds(program, arguments));
            }
        }

        var medians = seconds.ToDictionary(side => side.Key, side => side.Value.Order().ElementAt(Rounds / 2));
        foreach (var (name, median) in medians)
        {
            Console.WriteLine(
                $"{name}: {median:0.00} s from the start of the process to its end, {median / medians["PyTorch"]:0.00} of PyTorch"
            );
        }
    }

    private static double Seconds(string program, params string[] arguments)
    {
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        return process.ExitCode == 0
            ? watch.Elapsed.TotalSeconds
            : throw new InvalidOperationException($"'{program} {string.Join(' ', arguments)}' ended with {process.ExitCode}.");
    }
}
