using MedSeg.Commands;
using MedSeg.Terminal;

[assembly: DoNotParallelize] // The working folder, the console and the environment belong to the whole process.

namespace MedSeg;

/// <summary>Runs medseg in the process of the tests, with a working folder, a console and an environment of its own.</summary>
[TestClass]
public static class ThisProcess
{
    private const string DataVariable = "MEDSEG_DATA";
    private static readonly SwitchedWriter Errors = new(Console.Error);

    /// <summary>The tool keeps the first standard error that it sees, so this one is there before any test.</summary>
    [AssemblyInitialize]
    public static void Initialize(TestContext context)
    {
        Console.SetError(Errors);
        WarningListener.ListenToTrace();
    }

    internal static ProgramRun Run(string workingFolder, string[] arguments)
    {
        var (folder, data, output) = (Environment.CurrentDirectory, Environment.GetEnvironmentVariable(DataVariable), Console.Out);
        using var written = new StringWriter();
        using var errors = new StringWriter();
        try
        {
            Environment.CurrentDirectory = workingFolder;
            Environment.SetEnvironmentVariable(DataVariable, workingFolder);
            Console.SetOut(written);
            var before = Errors.SwitchTo(errors);
            try
            {
                var exitCode = CommandLine.Run(arguments).GetAwaiter().GetResult();
                return new(exitCode, written.ToString(), errors.ToString());
            }
            finally
            {
                Errors.SwitchTo(before);
            }
        }
        finally
        {
            Console.SetOut(output);
            Environment.SetEnvironmentVariable(DataVariable, data);
            Environment.CurrentDirectory = folder;
        }
    }
}
