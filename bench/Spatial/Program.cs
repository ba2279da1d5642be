using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.MedicalSegmentation.Benchmarks.Spatial;

// Resamples, turns and normalises against SciPy and NumPy: each operation in a process of its own, ours and theirs in turn.
//   dotnet run -c Release --project bench/Spatial -- [--runs N] [--only NAME,NAME] [--volumes int16,float32] [--python PYTHON]
// Prints medians, their ratio, and the peak memory, less the result, over the size of the volume; needs Linux and Python with SciPy.
if (args is ["measure", var operation, var size])
{
    Measurement.Run(operation, size);
    return;
}

var runs = int.Parse(Option("--runs", "5"), CultureInfo.InvariantCulture);
var only = Option("--only", string.Join(',', Operations.All.Select(o => o.Name))).Split(',');
var volumes = Option("--volumes", "int16,float32").Split(',');
var python = Option("--python", "python3");
var peer = Path.Combine(AppContext.BaseDirectory, "peer.py");
Console.WriteLine($"{"operation",-24}{"ours s",9}{"theirs s",10}{"ratio",7}{"goal",6}{"CPU ratio",11}{"memory/volume",15}{"theirs",8}");
foreach (var (volume, bytes) in new[] { ("int16", 256L * 256 * 200 * 2), ("float32", 512L * 512 * 300 * 4) }.Where(v => volumes.Contains(v.Item1)))
{
    foreach (var (name, goal) in Operations.All.Where(o => only.Contains(o.Name)))
    {
        var (ours, theirs) = (new Run[runs], new Run[runs]);
        for (var run = 0; run < runs; run++)
        {
            ours[run] = Run.Parse(Start(Environment.ProcessPath ?? "dotnet", ["measure", name, volume]));
            theirs[run] = Run.Parse(Start(python, [peer, name, volume]));
        }

        double Ratio(Func<Run, double> value) => Median(ours, value) / Median(theirs, value);
        double Memory(Run[] measured) => 1 + (Median(measured, r => r.Bytes) / bytes);
        Console.WriteLine(
            $"{name + " " + volume,-24}{Median(ours, r => r.Seconds),9:0.000}{Median(theirs, r => r.Seconds),10:0.000}{Ratio(r => r.Seconds),7:0.00}{goal,6:0.00}"
            + $"{Ratio(r => r.Processor),11:0.00}{Memory(ours),15:0.00}{Memory(theirs),8:0.00}");
    }
}

string Option(string name, string fallback)
{
    var index = Array.IndexOf(args, name);
    return index >= 0 && index + 1 < args.Length ? args[index + 1] : fallback;
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

/// <summary>What one process measured: seconds by the clock and of all processors, and bytes by which it grew beyond the result.</summary>
internal sealed record Run(double Seconds, double Processor, double Bytes)
{
    public static Run Parse(string line)
    {
        var numbers = line.Split(' ').Select(word => double.Parse(word, CultureInfo.InvariantCulture)).ToArray();
        return new(numbers[0], numbers[1], 1024 * numbers[2]);
    }
}
