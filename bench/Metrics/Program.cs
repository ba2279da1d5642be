using System.Globalization;
using Microsoft.ML.MedicalSegmentation.Benchmarks.Metrics;
using Microsoft.ML.MedicalSegmentation.Benchmarks.SideBySide;

// Metrics of a pair of label volumes against SciPy and NumPy: each operation in a process of its own, ours and theirs in turn.
//   dotnet run -c Release --project bench/Metrics -- [--runs N] [--only NAME,NAME] [--python PYTHON]
//   dotnet run -c Release --project bench/Metrics -- agree [--python PYTHON]     the largest difference of the numbers found
// Prints medians, their ratio, and the peak memory over the size of one label volume; needs Linux and Python with SciPy.
if (args is ["measure", var operation])
{
    Measurement.Run(operation);
    return;
}

var comparison = new Comparison(args, runs: 3);
if (args is ["agree", ..])
{
    var (truth, prediction) = LabelPair.Make(60, 96, 100);
    foreach (var (name, _) in Operations.All)
    {
        var ours = Operations.Find(name)(truth, prediction);
        var theirs = comparison
            .AskPeer("agree", name)
            .Split(' ')
            .Select(word => double.Parse(word, CultureInfo.InvariantCulture))
            .ToArray();
        Console.WriteLine(
            FormattableString.Invariant(
                $"{name}: {ours.Length} numbers, largest difference {ours.Zip(theirs, (a, b) => Math.Abs(a - b)).Max():0.0e0}"
            )
        );
    }

    return;
}

var only = comparison.Option("--only", string.Join(',', Operations.All.Select(o => o.Name))).Split(',');
const double VolumeBytes = 512.0 * 512 * 300;
Console.WriteLine(comparison.Circumstances());
MarkdownTable.PrintHead("SciPy");
foreach (var (name, goal) in Operations.All.Where(o => only.Contains(o.Name)))
{
    var runs = comparison.Measure([name], [name]);
    MarkdownTable.PrintRow(name, runs, goal, (runs.OurBytes / VolumeBytes, runs.TheirBytes / VolumeBytes), memoryGoal: 8);
}
