using Microsoft.ML.MedicalSegmentation.Benchmarks.SideBySide;
using Microsoft.ML.MedicalSegmentation.Benchmarks.Spatial;

// Resamples, turns and normalises against SciPy and NumPy: each operation in a process of its own, ours and theirs in turn.
//   dotnet run -c Release --project bench/Spatial -- [--runs N] [--only NAME,NAME] [--volumes int16,float32] [--python PYTHON]
// Prints medians, their ratio, and the peak memory, less the result, over the size of the volume; needs Linux and Python with SciPy.
if (args is ["measure", var operation, var size])
{
    Measurement.Run(operation, size);
    return;
}

var comparison = new Comparison(args, runs: 5);
var only = comparison.Option("--only", string.Join(',', Operations.All.Select(o => o.Name))).Split(',');
var volumes = comparison.Option("--volumes", "int16,float32").Split(',');
Console.WriteLine(comparison.Circumstances());
MarkdownTable.PrintHead("SciPy and NumPy");
foreach (
    var (volume, bytes) in new[] { ("int16", 256L * 256 * 200 * 2), ("float32", 512L * 512 * 300 * 4) }.Where(v =>
        volumes.Contains(v.Item1)
    )
)
{
    foreach (var (name, goal) in Operations.All.Where(o => only.Contains(o.Name)))
    {
        var runs = comparison.Measure([name, volume], [name, volume]);
        MarkdownTable.PrintRow(
            $"{name}, {volume}",
            runs,
            goal,
            (1 + (runs.OurBytes / bytes), 1 + (runs.TheirBytes / bytes)),
            memoryGoal: 1.2
        );
    }
}
