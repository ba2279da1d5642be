using System.Diagnostics;
using System.Reflection;

namespace MedSeg.Terminal;

/// <summary>Whether a fault lies with the user's data and options, or in this program.</summary>
internal static class Blame
{
    /// <summary>What happened, without what reflection, tasks and parallel loops wrap around it.</summary>
    public static Exception Innermost(Exception fault)
        => fault is TargetInvocationException or AggregateException && fault.InnerException is { } inner ? Innermost(inner) : fault;

    /// <summary>What to say of a fault of the data: its message, or, where the system refused a file, that in full sentences.</summary>
    public static string MessageOf(Exception fault) => Innermost(fault) switch
    {
        FileNotFoundException { FileName: { Length: > 0 } name } missing
            when missing.Message.StartsWith("Could not", StringComparison.Ordinal) =>
            $"There is no file '{name}'. Check the path; relative ones start at '{Directory.GetCurrentDirectory()}'.",
        DirectoryNotFoundException missing
            when missing.Message.StartsWith("Could not", StringComparison.Ordinal)
                && missing.Message.Split('\'') is [_, var name, ..] =>
            $"The folder of '{name}' is missing. Check the path; relative ones start at '{Directory.GetCurrentDirectory()}'.",
        UnauthorizedAccessException denied
            when denied.Message.StartsWith("Access to", StringComparison.Ordinal) && denied.Message.Split('\'') is [_, var name, _] =>
            $"The system denies access to '{name}'. Choose another path, or ask for permission to read or write there.",
        OutOfMemoryException => "The memory of this machine does not suffice. Close other programs, or use a machine with more.",
        var inner => inner.Message,
    };

    /// <summary>True if the arguments, the data or the machine are to blame, so that the message is all that a user needs.</summary>
    public static bool IsOfTheData(Exception fault) =>
        Innermost(fault) switch
        {
            MedicalSegmentationException or IOException or InvalidDataException or UnauthorizedAccessException or OutOfMemoryException =>
                true,
            ArgumentNullException or ObjectDisposedException => false,
            (ArgumentException or InvalidOperationException or NotSupportedException or FormatException) and var inner => IsRaisedOnPurpose(
                inner
            ),
            _ => false,
        };

    /// <summary>What to write of a fault of this program, so that it can be found and mended.</summary>
    public static string Describe(Exception fault)
    {
        var version = typeof(Blame).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
        return string.Join(
            Environment.NewLine,
            "This is a fault in medseg, not in your data or options. Please report it with the lines "
                + "below; remove names of patients from them first.",
            $"medseg {version}, .NET {Environment.Version}, {System.Runtime.InteropServices.RuntimeInformation.OSDescription}",
            $"{fault}");
    }

    // A check of this product or of ML.NET raised it, with a message for users. What .NET's own types say of a wrong index or state,
    // such as "Sequence contains no elements", is a fault of the program that called them, whatever the data.
    private static bool IsRaisedOnPurpose(Exception fault)
        => new StackTrace(fault).GetFrames()
            .Select(frame => frame.GetMethod()?.DeclaringType)
            .FirstOrDefault(type => type is not null && !typeof(Exception).IsAssignableFrom(type))?.Assembly.GetName().Name is { } raiser
            && (raiser == typeof(Blame).Assembly.GetName().Name || raiser.StartsWith("Microsoft.ML", StringComparison.Ordinal));
}
