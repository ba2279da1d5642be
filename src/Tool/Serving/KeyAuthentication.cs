using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MedSeg.Serving;

/// <summary>Lets in whoever has the key: as a bearer token, or as the password that a browser asks for.</summary>
internal sealed class KeyAuthentication(IOptionsMonitor<KeyAuthentication.KeyOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<KeyAuthentication.KeyOptions>(options, logger, encoder)
{
    public const string Name = "key";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() =>
        Task.FromResult(
            Given() is not { } key ? AuthenticateResult.NoResult()
            : CryptographicOperations.FixedTimeEquals(
                SHA256.HashData(Encoding.UTF8.GetBytes(key)),
                SHA256.HashData(Encoding.UTF8.GetBytes(Options.Key))
            )
                ? AuthenticateResult.Success(new(new(new ClaimsIdentity([new(ClaimTypes.Name, "key")], Name)), Name))
                : AuthenticateResult.Fail("The key is wrong."));

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = "Basic realm=\"medseg\", charset=\"UTF-8\"";
        return Task.CompletedTask;
    }

    private string? Given()
    {
        var header = Request.Headers.Authorization.ToString();
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return header[7..].Trim();
        }

        var buffer = new byte[1024];
        return
            header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)
            && Convert.TryFromBase64String(header[6..].Trim(), buffer, out var length)
            && Encoding.UTF8.GetString(buffer, 0, length).Split(':', 2) is [_, var password]
            ? password
            : null;
    }

    internal sealed class KeyOptions : AuthenticationSchemeOptions
    {
        public string Key { get; set; } = "";
    }
}
