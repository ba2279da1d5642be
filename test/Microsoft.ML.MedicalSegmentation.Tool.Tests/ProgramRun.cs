using System.Diagnostics;

namespace MedSeg;

/// <summary>A program of this repository, run to its end.</summary>
/// <param name="ExitCode">What it returned.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Errors">What it wrote to standard error.</param>
internal sealed record ProgramRun(int ExitCode, string Output, string Errors)
{
    /// <summary>
    /// Runs medseg in this process, which saves its start; it has nothing of earlier runs but their files and compiled code.
    /// </summary>
    public static ProgramRun Medseg(string workingFolder, params string[] arguments) => ThisProcess.Run(workingFolder, arguments);

    /// <summary>Runs medseg in a process of its own, as a shell does.</summary>
    public static ProgramRun MedsegProcess(string workingFolder, params string[] arguments)
        => Run("Microsoft.ML.MedicalSegmentation.Tool", "medseg.dll", workingFolder, arguments);

    /// <summary>Runs a program and waits.</summary>
    public static ProgramRun Run(string project, string program, string workingFolder, params string[] arguments)
    {
        using var process = Start(project, program, workingFolder, arguments);
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new(process.ExitCode, output, errors.Result);
    }

    /// <summary>Starts a program. It finds no data but what its arguments name, and uses no graphics card.</summary>
    public static Process Start(string project, string program, string workingFolder, params string[] arguments)
    {
        var start = new ProcessStartInfo(Host, ["exec", PathOf(project, program), .. arguments])
        {
            WorkingDirectory = workingFolder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["MEDSEG_DATA"] = workingFolder;
        return Process.Start(start)!;
    }

    /// <summary>What a shell calls to run a program.</summary>
    public static string CommandLine(string project, string program) => $"{Host} exec {PathOf(project, program)}";

    private static string Host => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    // Projects lie side by side: artifacts/bin/PROJECT/CONFIGURATION.
    private static string PathOf(string project, string program)
    {
        var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var path = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", project, configuration, program));
        Assert.IsTrue(File.Exists(path), $"'{path}' is not built");
        return path;
    }

    /// <summary>Fails, with what the program said, unless it returned the exit code.</summary>
    public ProgramRun Expect(int exitCode)
    {
        Assert.AreEqual(exitCode, ExitCode, $"{Output}{Environment.NewLine}{Errors}");
        return this;
    }
}
