using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.ML.MedicalSegmentation.AspNetCore;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace MedSeg.Serving;

/// <summary>The service as a program of its own.</summary>
internal static class ServiceHost
{
    // The environment variable by which every OpenTelemetry exporter is told where to send.
    private const string Collector = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Builds the application.</summary>
    /// <param name="url">Where it listens; other than loopback addresses need a key.</param>
    /// <param name="key">What clients must know; null lets in programs of this machine only.</param>
    /// <param name="configure">Models and limits.</param>
    /// <param name="pacs">The PACS worker; null for none.</param>
    /// <exception cref="ArgumentException">The address is not of this machine, and there is no key.</exception>
    public static WebApplication Build(
        string url,
        string? key,
        Action<SegmentationServiceOptions> configure,
        Action<PacsWorkerOptions>? pacs
    )
    {
        if (
            !Uri.TryCreate(url, UriKind.Absolute, out var address)
            || address.Scheme is not ("http" or "https")
            || (!address.IsLoopback && key is null)
        )
        {
            throw new ArgumentException(
                $"--url is '{url}'. Without --key-file it is a loopback address such as "
                    + "http://127.0.0.1:8080, as anybody could send and read studies."
            );
        }

        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(url).UseKestrelHttpsConfiguration();
        builder.Logging.ClearProviders().AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning)
            .AddFilter("Microsoft.ML.MedicalSegmentation", LogLevel.Information);
        builder.Services.AddMedicalSegmentation(configure);
        if (pacs is not null)
        {
            builder.Services.AddPacsWorker(pacs);
        }

        if (key is not null)
        {
            builder.Services.AddAuthentication(KeyAuthentication.Name)
                .AddScheme<KeyAuthentication.KeyOptions, KeyAuthentication>(KeyAuthentication.Name, options => options.Key = key);
            builder.Services.AddAuthorization();
        }

        if (Environment.GetEnvironmentVariable(Collector) is { Length: > 0 })
        {
            builder.Services.AddOpenTelemetry()
                .WithMetrics(metrics => metrics.AddMeter(ServiceTelemetry.Name).AddAspNetCoreInstrumentation().AddOtlpExporter())
                .WithTracing(traces => traces.AddSource(ServiceTelemetry.Name).AddAspNetCoreInstrumentation().AddOtlpExporter());
        }

        var app = builder.Build();
        var group = app.MapMedicalSegmentation("/segmentation");
        if (key is not null)
        {
            group.RequireAuthorization();
        }

        return app;
    }
}
