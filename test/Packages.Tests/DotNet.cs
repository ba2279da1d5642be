using System.Diagnostics;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Runs the dotnet command in a folder, without what a surrounding build has put into the environment.</summary>
internal static class DotNet
{
    /// <summary>The exit code, and everything that was printed.</summary>
    public static (int ExitCode, string Output) Run(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        using var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }

    /// <summary>As <see cref="Run"/>; the test fails with the output where the command does.</summary>
    public static string Succeed(string folder, params string[] arguments)
    {
        var (exitCode, output) = Run(folder, arguments);
        Assert.AreEqual(0, exitCode, $"dotnet {string.Join(' ', arguments)}: {output}");
        return output;
    }
}
