using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.MedicalSegmentation.Benchmarks.SideBySide;

/// <summary>Runs operations in processes of their own: this program's "measure ..." and the folder's peer.py, in turn.</summary>
/// <remarks>Options: --runs N turns of each operation, --python PYTHON the interpreter that has the peer's packages.</remarks>
internal sealed class Comparison(string[] arguments, int runs)
{
    private readonly int _runs = int.Parse(
        Option(arguments, "--runs", runs.ToString(CultureInfo.InvariantCulture)),
        CultureInfo.InvariantCulture
    );
    private readonly string _python = Option(arguments, "--python", "python3");
    private readonly string _peer = Path.Combine(AppContext.BaseDirectory, "peer.py");

    /// <summary>The value after a name on the command line.</summary>
    public string Option(string name, string fallback) => Option(arguments, name, fallback);

    /// <summary>What the peer prints for some arguments.</summary>
    public string AskPeer(params string[] peerArguments) => Start(_python, [_peer, .. peerArguments]);

    /// <summary>Measures an operation on both sides.</summary>
    public Runs Measure(string[] ours, string[] theirs)
    {
        var (own, peer) = (new Run[_runs], new Run[_runs]);
        for (var turn = 0; turn < _runs; turn++)
        {
            own[turn] = Run.Parse(Start(Environment.ProcessPath ?? "dotnet", ["measure", .. ours]));
            peer[turn] = Run.Parse(AskPeer(theirs));
        }

        return new(own, peer);
    }

    /// <summary>The machine and the versions, in a line.</summary>
    public string Circumstances()
    {
        var processor = File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            ?.Split(':')[1]
            .Trim();
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{processor ?? "unknown processor"}, {Environment.ProcessorCount} cores, {memory:0} GiB; .NET "
                + $"{Environment.Version}; {AskPeer("versions")}. Medians of {_runs} processes of each side in turn, each the median "
                + $"of three passes; memory of its first pass."
        );
    }

    private static string Option(string[] arguments, string name, string fallback)
    {
        var index = Array.IndexOf(arguments, name);
        return index >= 0 && index + 1 < arguments.Length ? arguments[index + 1] : fallback;
    }

    private static string Start(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })
            ?? throw new InvalidOperationException($"'{program}' cannot be started. Give another Python by --python.");
        var output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"'{program} {string.Join(' ', arguments)}' failed.");
    }
}
