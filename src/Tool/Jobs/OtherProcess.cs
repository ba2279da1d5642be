using System.Diagnostics;

namespace MedSeg.Jobs;

/// <summary>Runs this program again, as a user would who has only the files.</summary>
internal static class OtherProcess
{
    /// <summary>Runs `medseg` with arguments and waits.</summary>
    /// <exception cref="InvalidOperationException">It ended with an exit code other than 0; carries what it said.</exception>
    public static void Run(params string[] arguments)
    {
        var program = Environment.ProcessPath
            ?? throw new InvalidOperationException("The path of this program is unknown, so that it cannot be started again.");
        var start = new ProcessStartInfo(program) { RedirectStandardError = true, RedirectStandardOutput = true };

        // Under `dotnet medseg.dll` the process is dotnet; a published tool is its own process.
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            start.ArgumentList.Add(typeof(OtherProcess).Assembly.Location);
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"'{program}' could not be started.");
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        _ = output.Result;
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"A second process ended with exit code {process.ExitCode}: {errors.Trim()}");
        }
    }
}
