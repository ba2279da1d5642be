using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.MedicalSegmentation.Benchmarks.Formats;

// Reads and writes NIfTI against nibabel: each operation in a process of its own, ours and theirs in turn.
//   dotnet run -c Release --project bench/Formats -- [--runs N] [--folder DIR] [--python PYTHON]
// Prints medians, their ratio and the peak memory over the size of the volume; needs Linux and Python with nibabel and SciPy.
if (args is ["measure", .. var operation])
{
    Measurement.Run(operation);
    return;
}

var runs = int.Parse(Option("--runs", "7"), CultureInfo.InvariantCulture);
var folder = Option("--folder", Path.Combine(Path.GetTempPath(), "medseg-bench-formats"));
var python = Option("--python", "python3");
var peer = Path.Combine(AppContext.BaseDirectory, "peer.py");
Directory.CreateDirectory(folder);
string At(string name) => Path.Combine(folder, name);
if (!File.Exists(At("warmup.nii.gz")))
{
    Console.WriteLine("making the volumes ...");
    Start(python, [peer, "make", folder]);
}

Console.WriteLine($"{"operation",-24}{"ours s",9}{"nibabel s",11}{"ratio",7}{"goal",6}{"CPU ratio",11}{"memory/volume",15}{"nibabel's",11}{"size/nibabel's",16}");
foreach (var (name, bytes) in new[] { ("int16", 256L * 256 * 200 * 2), ("float32", 512L * 512 * 300 * 4) })
{
    foreach (var ending in new[] { ".nii", ".nii.gz" })
    {
        string[] read = ["read", At($"phantom-{name}{ending}"), At("warmup" + ending)];
        Report($"read {ending} {name}", bytes, Alternate(read, read), "");
        string[] Write(string who) => ["write", At($"phantom-{name}.nii"), At($"out-{who}{ending}"), At("warmup.nii")];
        var written = Alternate(Write("ours"), Write("theirs"));
        Report($"write {ending} {name}", bytes, written, $"{new FileInfo(At("out-ours" + ending)).Length / (double)new FileInfo(At("out-theirs" + ending)).Length:0.000}");
    }
}

string Option(string name, string fallback)
{
    var index = Array.IndexOf(args, name);
    return index >= 0 && index + 1 < args.Length ? args[index + 1] : fallback;
}

(Run[] Ours, Run[] Theirs) Alternate(string[] ours, string[] theirs)
{
    var (a, b) = (new Run[runs], new Run[runs]);
    for (var run = 0; run < runs; run++)
    {
        a[run] = Run.Parse(Start(Environment.ProcessPath ?? "dotnet", ["measure", .. ours]));
        b[run] = Run.Parse(Start(python, [peer, .. theirs]));
    }

    return (a, b);
}

void Report(string operation, long bytes, (Run[] Ours, Run[] Theirs) runs, string size)
{
    double Ratio(Func<Run, double> value) => Median(runs.Ours, value) / Median(runs.Theirs, value);
    Console.WriteLine(
        $"{operation,-24}{Median(runs.Ours, r => r.Seconds),9:0.000}{Median(runs.Theirs, r => r.Seconds),11:0.000}{Ratio(r => r.Seconds),7:0.00}{"0.50",6}{Ratio(r => r.Processor),11:0.00}"
        + $"{Median(runs.Ours, r => r.Bytes) / bytes,15:0.00}{Median(runs.Theirs, r => r.Bytes) / bytes,11:0.00}{size,16}");
}

static double Median(Run[] runs, Func<Run, double> value)
{
    var sorted = runs.Select(value).Order().ToArray();
    return sorted[sorted.Length / 2];
}

static string Start(string program, string[] arguments)
{
    using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })
        ?? throw new InvalidOperationException($"'{program}' cannot be started. Give another Python by --python.");
    var output = process.StandardOutput.ReadToEnd().Trim();
    process.WaitForExit();
    return process.ExitCode == 0 ? output : throw new InvalidOperationException($"'{program} {string.Join(' ', arguments)}' failed.");
}

/// <summary>What one process measured: seconds by the clock and of all processors, and bytes by which it grew.</summary>
internal sealed record Run(double Seconds, double Processor, double Bytes)
{
    public static Run Parse(string line)
    {
        var numbers = line.Split(' ').Select(word => double.Parse(word, CultureInfo.InvariantCulture)).ToArray();
        return new(numbers[0], numbers[1], 1024 * numbers[2]);
    }
}
