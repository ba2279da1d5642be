using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Faults;

namespace Microsoft.ML.MedicalSegmentation.AspNetCore.Http;

/// <summary>Turns faults into problem details (RFC 9457) that say whose fault it is and name no path of the server.</summary>
internal static class Problems
{
    /// <summary>Runs a handler and answers its fault.</summary>
    public static async Task<IResult> Of(HttpContext http, ILogger log, Func<Task<IResult>> run, Func<string?> folder)
    {
        try
        {
            return await run().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return Results.StatusCode(ServiceFault.ClientLeft);
        }
        catch (Exception fault)
        {
            var told = ServiceFault.Of(fault, folder());
            if (told.Blame == "server" && fault is not ServiceFault)
            {
                log.LogError(fault, "{Id}: failed.", http.TraceIdentifier);
            }

            return Result(http, told);
        }
    }

    /// <summary>The answer for a fault.</summary>
    public static IResult Result(HttpContext http, ServiceFault fault)
    {
        if (fault.Status == StatusCodes.Status503ServiceUnavailable)
        {
            http.Response.Headers.RetryAfter = "5";
        }

        return Results.Problem(
            fault.Message,
            statusCode: fault.Status,
            type: $"urn:medseg:{fault.Code}",
            title: Title(fault),
            extensions: new Dictionary<string, object?>
            {
                ["fault"] = fault.Blame,
                ["code"] = fault.Code,
                ["traceId"] = Activity.Current?.Id ?? http.TraceIdentifier,
            }
        );
    }

    private static string Title(ServiceFault fault) => fault.Status switch
    {
        400 => "The request is wrong.",
        403 => "Not from here.",
        404 => "There is no such thing.",
        409 => "Not yet.",
        413 => "Too large.",
        422 => "The upload cannot be scored.",
        503 => "The service is busy.",
        504 => "It took too long.",
        _ => fault.Blame == "client" ? "The request is wrong." : "The service failed.",
    };
}
