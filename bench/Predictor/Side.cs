using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.MedicalSegmentation.Benchmarks.Predictor;

/// <summary>A process that predicts on request.</summary>
internal sealed class Side : IDisposable
{
    private readonly Process _process;

    public Side(string name, string program, IEnumerable<string> arguments)
    {
        Name = name;
        _process =
            Process.Start(
                new ProcessStartInfo(program, arguments)
                {
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            ) ?? throw new InvalidOperationException($"{program} did not start.");

        // The last lines say why a process ended.
        _process.ErrorDataReceived += (_, line) =>
            Errors = line.Data is { Length: > 0 } text ? $"{Errors}\n{text}"[^Math.Min(2000, Errors.Length + text.Length + 1)..] : Errors;
        _process.BeginErrorReadLine();
        Version = Answer();
    }

    public string Name { get; }

    public string Version { get; }

    private string Errors { get; set; } = "";

    /// <summary>Predicts a case, from reading the image to the written labels.</summary>
    /// <returns>Seconds, and the largest resident memory meanwhile in MiB.</returns>
    public (double Seconds, double Mebibytes) Predict(IEnumerable<string> channels, string output)
    {
        _process.StandardInput.WriteLine(string.Join('\t', [output, .. channels]));
        _process.StandardInput.Flush();
        double[] answer = [.. Answer().Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
        return (answer[0], answer[1]);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private string Answer() =>
        _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{Name} ended early.\n{Errors}");
}
