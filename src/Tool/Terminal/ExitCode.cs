namespace MedSeg.Terminal;

/// <summary>What the process returns, and how a fault is told.</summary>
internal static class ExitCode
{
    /// <summary>The command did what it says.</summary>
    public const int Success = 0;

    /// <summary>A fault in this program: please report it.</summary>
    public const int InternalFault = 1;

    /// <summary>The arguments or the data are to blame; the message says what to change.</summary>
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
        catch (OperationCanceledException)
        {
            Report.Problem("Stopped. No file was left half-written.");
            return Cancelled;
        }
        catch (Exception fault) when (IsOfTheData(fault))
        {
            Report.Problem(Innermost(fault).Message);
            return BadInput;
        }
        catch (Exception fault)
        {
            Report.Problem($"This is a fault in medseg; please report it with these lines.{Environment.NewLine}{fault}");
            return InternalFault;
        }
    }

    /// <summary>True if the arguments or the data are to blame.</summary>
    public static bool IsOfTheData(Exception fault)
        => Innermost(fault) is (ArgumentException or IOException or InvalidDataException or FormatException
            or InvalidOperationException or NotSupportedException or UnauthorizedAccessException) and var inner && !IsOfTheProgram(inner);

    // What .NET's own collections say of a wrong state is a fault here, whatever the data: "Sequence contains no elements", a disposed object.
    private static bool IsOfTheProgram(Exception fault)
        => fault is ObjectDisposedException
            || (fault is InvalidOperationException && fault.TargetSite?.DeclaringType?.Assembly.GetName().Name is { } thrower
                && (thrower.StartsWith("System.Linq", StringComparison.Ordinal) || thrower.StartsWith("System.Collections", StringComparison.Ordinal) || thrower == "System.Private.CoreLib"));

    /// <summary>What happened, without what reflection and tasks wrap around it.</summary>
    public static Exception Innermost(Exception fault)
        => fault is System.Reflection.TargetInvocationException or AggregateException && fault.InnerException is { } inner ? Innermost(inner) : fault;
}
