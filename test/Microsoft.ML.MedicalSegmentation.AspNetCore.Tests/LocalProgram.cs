using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Microsoft.ML.MedicalSegmentation.AspNetCore;

/// <summary>Another program, started by a test on the loopback interface and ended with it.</summary>
internal sealed class LocalProgram : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _said = new();

    private LocalProgram(Process process)
    {
        _process = process;
        void Keep(object _, DataReceivedEventArgs line)
        {
            lock (_said)
            {
                _said.AppendLine(line.Data);
            }
        }

        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What it has said.</summary>
    public string Said
    {
        get
        {
            lock (_said)
            {
                return _said.ToString();
            }
        }
    }

    public bool HasExited => _process.HasExited;

    /// <summary>Starts a program; the test is inconclusive where it is not installed.</summary>
    public static LocalProgram Start(
        string program,
        IEnumerable<string> arguments,
        string? workingFolder = null,
        params IEnumerable<(string Name, string Value)> environment
    )
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = workingFolder ?? "",
            };
            foreach (var (name, value) in environment)
            {
                start.Environment[name] = value;
            }

            return new(Process.Start(start)!);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Inconclusive($"{program} is not installed.");
            throw;
        }
    }

    /// <summary>Waits until it answers at an address; the test fails where it ends, or takes longer than a minute.</summary>
    public async Task WaitForAnswer(string address)
    {
        using var client = new HttpClient();
        var answers = await Wait.For(async () => HasExited || await Answers(client, address), TimeSpan.FromMinutes(1));
        Assert.IsTrue(answers && !HasExited, Said);
    }

    /// <summary>A port that nobody listens at now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Ends it at once, as a power cut would.</summary>
    public void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }
    }

    public void WaitForExit() => _process.WaitForExit();

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private static async Task<bool> Answers(HttpClient client, string address)
    {
        try
        {
            using var answer = await client.GetAsync(address);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
