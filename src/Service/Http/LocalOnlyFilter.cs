using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Faults;

namespace Microsoft.ML.MedicalSegmentation.AspNetCore.Http;

/// <summary>Answers only programs of the same machine, unless the application has put authorization on the endpoints.</summary>
/// <remarks>
/// Without authorization, requests that a proxy passes on are refused too, and so are those that a page of another origin makes the
/// browser of this machine send.
/// </remarks>
internal sealed class LocalOnlyFilter : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        return http.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>() is not null || IsLocal(http)
            ? await next(context).ConfigureAwait(false)
            : Problems.Result(
                http,
                new ServiceFault(
                    403,
                    "not-local",
                    "Without authentication this service answers programs of its own machine only. Call RequireAuthorization() on "
                        + "what MapMedicalSegmentation returns."
                )
            );
    }

    private static bool IsLocal(HttpContext http)
    {
        var request = http.Request;
        var isFromHere = http.Connection.RemoteIpAddress is not { } remote || IPAddress.IsLoopback(remote);
        var isDirect = !request.Headers.ContainsKey("X-Forwarded-For") && !request.Headers.ContainsKey("Forwarded");
        var isToHere =
            request.Host.Host is "localhost"
            || (IPAddress.TryParse(request.Host.Host.Trim('[', ']'), out var host) && IPAddress.IsLoopback(host));
        var origin = request.Headers.Origin.ToString();
        var isOwnPage =
            origin.Length == 0
            || (
                Uri.TryCreate(origin, UriKind.Absolute, out var page)
                && page.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase)
            );
        return isFromHere && isDirect && isToHere && isOwnPage;
    }
}
