using System.Reflection;
using Microsoft.AspNetCore.Http;

namespace Microsoft.ML.MedicalSegmentation.AspNetCore.Http;

/// <summary>The page and its files, from this assembly: nothing is fetched from elsewhere.</summary>
internal static class ViewerFiles
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' data:; form-action "
        + "'none'; frame-ancestors 'none'; base-uri 'none'";

    /// <summary>One file; the page itself where no name is given.</summary>
    public static IResult Get(HttpContext http, string name)
    {
        var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"viewer/{name}");
        if (stream is null)
        {
            return Results.NotFound();
        }

        http.Response.Headers.ContentSecurityPolicy = Policy;
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        return Results.Stream(stream, Path.GetExtension(name) switch
        {
            ".html" => "text/html; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            _ => "text/css; charset=utf-8",
        });
    }
}
