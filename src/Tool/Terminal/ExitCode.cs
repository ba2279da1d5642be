namespace MedSeg.Terminal;

/// <summary>What the process returns, and how a fault is reported.</summary>
internal static class ExitCode
{
    /// <summary>The command did what it says.</summary>
    public const int Success = 0;

    /// <summary>A fault in this program: please report it.</summary>
    public const int InternalFault = 1;

    /// <summary>The arguments, the data or the machine are to blame; the message says what to change.</summary>
    public const int BadInput = 2;

    /// <summary>The command did what it says, and found something that a person should look at.</summary>
    public const int Warnings = 3;

    /// <summary>The batch went to its end, and some of its cases failed; the summary names them.</summary>
    public const int SomeFailed = 4;

    /// <summary>Stopped by Ctrl-C.</summary>
    public const int Cancelled = 130;

    /// <summary>Runs a command and turns its fault into a message and an exit code.</summary>
    public static async Task<int> Of(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (Exception fault) when (Blame.Innermost(fault) is OperationCanceledException)
        {
            Report.Problem("Stopped. No file was left half-written.");
            return Cancelled;
        }
        catch (Exception fault) when (Blame.IsOfTheData(fault))
        {
            Report.Problem(Blame.MessageOf(fault));
            return BadInput;
        }
        catch (Exception fault)
        {
            Report.Fault(Blame.Describe(fault));
            return InternalFault;
        }
    }
}
