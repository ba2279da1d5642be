using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.MedicalSegmentation.Bench;

/// <summary>A side in its process.</summary>
internal sealed class SideProcess : IDisposable
{
    /// <summary>Has glibc keep memory instead of returning it, and OpenBLAS take its AVX-512 kernels.</summary>
    private static readonly Dictionary<string, string> TunedEnvironment = new()
    {
        ["OPENBLAS_CORETYPE"] = "SkylakeX",
        ["MALLOC_MMAP_THRESHOLD_"] = "1073741824",
        ["MALLOC_TRIM_THRESHOLD_"] = "2147483647",
        ["MALLOC_TOP_PAD_"] = "67108864",
    };

    private readonly Process _process;

    private SideProcess(string name, string program, string[] arguments, Dictionary<string, string> environment)
    {
        Name = name;
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        _process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        Version = Answer();
    }

    public string Name { get; }

    public string Version { get; }

    public double Loss { get; private set; }

    public int Id => _process.Id;

    /// <summary>The largest resident memory so far in MiB, as Linux counts it.</summary>
    public double PeakMemory
    {
        get
        {
            var line = File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
        }
    }

    /// <summary>A side of this program: "torch" or "onnx".</summary>
    public static SideProcess Own(string name, string kind, string folder) => new(
        name, Environment.ProcessPath ?? "network-bench", ["side", kind, folder], []);

    /// <summary>The peer, tuned or as it comes.</summary>
    public static SideProcess Peer(string name, string python, string folder, bool tuned) => new(
        name, python, [Path.Combine(AppContext.BaseDirectory, "peers", "peer.py"), folder], tuned ? TunedEnvironment : []);

    /// <summary>The first Python that has PyTorch.</summary>
    public static string FindPython()
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

        throw new InvalidOperationException("No python3 with PyTorch was found. Install python3-torch, or give a Python with --python.");
    }

    /// <summary>Milliseconds of each pass of a request: "forward", "train" or "verify".</summary>
    public double[] Run(string request, int count)
    {
        double[] answer = [.. Ask($"{request} {count}").Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
        Loss = answer[0];
        return answer[1..];
    }

    public float[] Logits(string path)
    {
        Ask($"logits {path}");
        return System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path)).ToArray();
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private string Ask(string request)
    {
        _process.StandardInput.WriteLine(request);
        _process.StandardInput.Flush();
        return Answer();
    }

    private string Answer() => _process.StandardOutput.ReadLine()
        ?? throw new InvalidOperationException($"{Name} ended early; its error is above.");
}
