using Microsoft.AspNetCore.Http;

namespace Microsoft.ML.MedicalSegmentation.AspNetCore.Faults;

/// <summary>
/// Why a request or job was not done, in a form that may leave the service: no path of the server, and whose fault it is.
/// </summary>
/// <param name="status">The HTTP status.</param>
/// <param name="code">A short name that programs can compare, such as "unreadable-upload".</param>
/// <param name="message">What was given, what is required, what to do.</param>
internal sealed class ServiceFault(int status, string code, string message) : Exception(message)
{
    public const int ClientLeft = 499;

    public int Status => status;

    public string Code => code;

    /// <summary>"client" or "server".</summary>
    public string Blame => status is >= 400 and < 500 ? "client" : "server";

    /// <summary>What a fault means for the client.</summary>
    /// <param name="fault">Anything.</param>
    /// <param name="folder">The folder of the upload, whose path is taken out of messages; null where there is none.</param>
    public static ServiceFault Of(Exception fault, string? folder) =>
        fault switch
        {
            ServiceFault known => known,
            AggregateException { InnerException: { } inner } => Of(inner, folder),
            System.Reflection.TargetInvocationException { InnerException: { } inner } => Of(inner, folder),
            BadHttpRequestException bad => new(bad.StatusCode, bad.StatusCode == 413 ? "upload-too-large" : "bad-request", bad.Message),
            OperationCanceledException => new(ClientLeft, "cancelled", "The request was cancelled."),
            OutOfMemoryException => new(
                503,
                "out-of-memory",
                "The volume needs more memory than the service has. Try again later, or send a smaller volume."
            ),
            VolumeFormatException or InvalidDataException or FileNotFoundException => new(
                422,
                "unreadable-upload",
                Hide(fault.Message, folder)
            ),
            InputDataException or NotSupportedException => new(422, "unsuitable-volume", Hide(fault.Message, folder)),
            ExecutionEnvironmentException => new(
                503,
                "not-available",
                "The service's machine cannot score now. The service's log has the reason under the identifier of this request."
            ),
            _ => new(
                500,
                "scoring-failed",
                "The volume could not be scored. The service's log has the reason under the identifier of this request."
            ),
        };

    /// <summary>A message without the folder's path.</summary>
    private static string Hide(string message, string? folder)
    {
        message = message.Split("(Parameter '", 2)[0].TrimEnd();
        if (folder is null)
        {
            return message;
        }

        foreach (var path in new[] { folder, Path.GetFullPath(folder) })
        {
            message = message
                .Replace(path + Path.DirectorySeparatorChar, "", StringComparison.Ordinal)
                .Replace(path, "the upload", StringComparison.Ordinal);
        }

        return message;
    }
}
