using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Scoring;

namespace Microsoft.ML.MedicalSegmentation.AspNetCore;

/// <summary>The service on a port of the loopback interface, with a client and everything that it logs.</summary>
internal sealed class ServedApplication : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ServedApplication(WebApplication app, HttpClient client, ConcurrentQueue<string> log) =>
        (_app, Client, Log) = (app, client, log);

    public HttpClient Client { get; }

    public ConcurrentQueue<string> Log { get; }

    public (int Running, int Waiting, long Memory) Load => _app.Services.GetRequiredService<ScoringGate>().Load;

    public T Service<T>()
        where T : notnull
        => _app.Services.GetRequiredService<T>();

    public static async Task<ServedApplication> Start(
        TemporaryFolder folder,
        Action<SegmentationServiceOptions>? configure = null,
        Action<WebApplication, Microsoft.AspNetCore.Routing.RouteGroupBuilder>? map = null,
        Action<IServiceCollection>? services = null
    )
    {
        var log = new ConcurrentQueue<string>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(new Collector(log)).SetMinimumLevel(LogLevel.Information);
        builder.Services.AddMedicalSegmentation(options =>
        {
            options.WorkFolder = folder["work/."];
            options.AddModel("bright", TestModels.Write(folder));
            configure?.Invoke(options);
        });
        services?.Invoke(builder.Services);
        var app = builder.Build();
        var group = app.MapMedicalSegmentation("/segmentation");
        map?.Invoke(app, group);
        await app.StartAsync();
        return new(app, new() { BaseAddress = new(app.Urls.Single() + "/segmentation/"), Timeout = TimeSpan.FromMinutes(3) }, log);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private sealed class Collector(ConcurrentQueue<string> log) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => log.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");
    }
}
