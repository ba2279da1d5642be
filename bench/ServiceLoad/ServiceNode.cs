using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Microsoft.ML.MedicalSegmentation.Bench;

/// <summary>A node of the service, in a process of its own.</summary>
internal sealed class ServiceNode : IDisposable
{
    private readonly string[] _arguments;
    private Process? _process;

    /// <summary>Names the node; <see cref="Start"/> starts it.</summary>
    public ServiceNode(string model, string folder, string? connection = null)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _arguments =
        [
            "serve",
            model,
            Port.ToString(CultureInfo.InvariantCulture),
            folder,
            .. connection is null ? Array.Empty<string>() : [connection],
        ];
    }

    /// <summary>The port that it listens at.</summary>
    public int Port { get; }

    /// <summary>Where its endpoints are.</summary>
    public Uri Address => new($"http://127.0.0.1:{Port}/segmentation/");

    /// <summary>Memory in MB: what is in use, and the most that was.</summary>
    public (double Now, double Peak) Memory
    {
        get
        {
            _process?.Refresh();
            return ((_process?.WorkingSet64 ?? 0) / 1e6, (_process?.PeakWorkingSet64 ?? 0) / 1e6);
        }
    }

    /// <summary>Starts the process and waits until it answers.</summary>
    public async Task Start()
    {
        _process = Process.Start(Environment.ProcessPath ?? "dotnet", _arguments);
        using var client = new HttpClient { BaseAddress = Address };
        for (var tries = 0; tries < 600; tries++)
        {
            try
            {
                await client.GetStringAsync("health");
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(100);
            }
        }

        throw new InvalidOperationException("The service does not start.");
    }

    /// <summary>Ends it at once, as a power cut would.</summary>
    public void Kill()
    {
        _process?.Kill();
        _process?.WaitForExit();
        _process?.Dispose();
        _process = null;
    }

    public void Dispose() => Kill();

    /// <summary>The service itself; ends with its process.</summary>
    public static async Task<int> Serve(string model, string port, string folder, string? connection)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.Services.AddMedicalSegmentation(options =>
        {
            options.AddModel("model", model);
            options.WorkFolder = folder;
            options.PostgresConnectionString = connection;
            options.NodeCheckIn = TimeSpan.FromSeconds(1);
            options.MemoryBytes = 1L << 30;
        });
        var app = builder.Build();
        app.MapMedicalSegmentation("/segmentation");
        await app.RunAsync();
        return 0;
    }
}
