using System.Diagnostics;
using System.Globalization;

namespace TrainingStep;

/// <summary>The same network in PyTorch: peer.py as a process that trains on request.</summary>
internal sealed class PythonPeer : ITrainingSide, IDisposable
{
    private readonly Process _process;

    public PythonPeer(string name, string python, string folder, int threads, Dictionary<string, string> environment)
    {
        Name = name;
        var start = new ProcessStartInfo(python, [Path.Combine(AppContext.BaseDirectory, "peer.py"), folder, $"{threads}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        _process = Process.Start(start) ?? throw new InvalidOperationException($"{python} did not start.");
        Version = Answer();
    }

    public string Name { get; }

    public string Version { get; }

    public double Loss { get; private set; }

    public double PeakMemory => ProcessMemory.Peak($"{_process.Id}");

    /// <summary>The first Python that has PyTorch.</summary>
    public static string Find()
    {
        foreach (var candidate in new[] { "python3", "/usr/bin/python3" })
        {
            using var trial = Process.Start(new ProcessStartInfo(candidate, ["-c", "import torch"]) { RedirectStandardError = true });
            trial?.WaitForExit();
            if (trial?.ExitCode == 0)
            {
                return candidate;
            }
        }

        throw new InvalidOperationException(
            "No python3 with PyTorch was found. Install python3-torch, or give a Python as the second argument."
        );
    }

    public double[] Run(int steps)
    {
        _process.StandardInput.WriteLine(steps);
        _process.StandardInput.Flush();
        double[] answer = [.. Answer().Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
        Loss = answer[0];
        return answer[1..];
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private string Answer() => _process.StandardOutput.ReadLine()
        ?? throw new InvalidOperationException($"peer.py ended early; its error is above.");
}
