using System.CommandLine;
using MedSeg.Terminal;

namespace MedSeg.Commands;

/// <summary>The whole command line: from arguments to an exit code.</summary>
internal static class CommandLine
{
    /// <summary>Runs a command and writes to the console.</summary>
    /// <param name="arguments">What stands after `medseg`.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> Run(IReadOnlyList<string> arguments)
    {
        var root = new RootCommand("Trains, scores and evaluates medical segmentation models.");
        foreach (var command in CommandList.All)
        {
            root.Add(command.Build());
        }

        // The faults of a command become exit codes in one place; the library's own handler would print a stack trace.
        var invocation = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,

            // Ctrl-C requests a stop; a command ends between two training steps or two cases, and cleans up.
            ProcessTerminationTimeout = TimeSpan.FromSeconds(30),
        };
        var parsed = root.Parse(arguments);
        if (ParseFaults.Report(parsed))
        {
            return ExitCode.BadInput;
        }

        var exitCode = await ExitCode.Of(() => parsed.InvokeAsync(invocation));
        return parsed.Errors.Count > 0 ? ExitCode.BadInput : exitCode;
    }
}
