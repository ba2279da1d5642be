using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.ML.MedicalSegmentation.AspNetCore;

/// <summary>Knows whoever has the key "secret".</summary>
internal sealed class KeyAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        => Task.FromResult(Request.Headers.Authorization == "Bearer secret"
            ? AuthenticateResult.Success(new(new(new ClaimsIdentity([new(ClaimTypes.Name, "user")], Scheme.Name)), Scheme.Name))
            : AuthenticateResult.NoResult());
}
