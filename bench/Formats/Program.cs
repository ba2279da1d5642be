using Microsoft.ML.MedicalSegmentation.Benchmarks.Formats;
using Microsoft.ML.MedicalSegmentation.Benchmarks.SideBySide;

// Reads and writes NIfTI against nibabel: each operation in a process of its own, ours and theirs in turn.
//   dotnet run -c Release --project bench/Formats -- [--runs N] [--folder DIR] [--python PYTHON]
// Prints medians, their ratio and the peak memory over the size of the volume; needs Linux and Python with nibabel and SciPy.
if (args is ["measure", .. var operation])
{
    Measurement.Run(operation);
    return;
}

var comparison = new Comparison(args, runs: 7);
var folder = comparison.Option("--folder", Path.Combine(Path.GetTempPath(), "medseg-bench-formats"));
Directory.CreateDirectory(folder);
string At(string name) => Path.Combine(folder, name);
if (!File.Exists(At("warmup.nii.gz")))
{
    comparison.AskPeer("make", folder);
}

Console.WriteLine(comparison.Circumstances());
MarkdownTable.PrintHead("nibabel", "size / nibabel's");
foreach (var (name, bytes) in new[] { ("int16", 256L * 256 * 200 * 2), ("float32", 512L * 512 * 300 * 4) })
{
    foreach (var ending in new[] { ".nii", ".nii.gz" })
    {
        string[] read = ["read", At($"phantom-{name}{ending}"), At("warmup" + ending)];
        Print($"read {ending}, {name}", bytes, comparison.Measure(read, read), 0.5, "-");
        string[] Write(string who) => ["write", At($"phantom-{name}.nii"), At($"out-{who}{ending}"), At("warmup.nii")];
        var written = comparison.Measure(Write("ours"), Write("theirs"));

        // Writing a .nii is the system's copy into its cache of files, on either side.
        Print(
            $"write {ending}, {name}",
            bytes,
            written,
            ending == ".nii" ? null : 0.5,
            FormattableString.Invariant(
                $"{new FileInfo(At("out-ours" + ending)).Length / (double)new FileInfo(At("out-theirs" + ending)).Length:0.000}"
            )
        );
    }
}

// What is read is the volume itself; what is written is in memory before.
static void Print(string operation, long bytes, Runs runs, double? goal, string size)
    => MarkdownTable.PrintRow(operation, runs, goal, (runs.OurBytes / bytes, runs.TheirBytes / bytes), memoryGoal: 1.2, size);
