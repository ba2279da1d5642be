using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Microsoft.ML.MedicalSegmentation.Bench;

/// <summary>A PostgreSQL of the system on a data folder of its own, at a port of the loopback interface.</summary>
internal sealed class LocalPostgres : IDisposable
{
    private readonly Process _process;
    private readonly string _data;

    private LocalPostgres(Process process, string data, string connection) => (_process, _data, Connection) = (process, data, connection);

    /// <summary>What clients connect with.</summary>
    public string Connection { get; }

    /// <summary>Starts it; null where it is not installed.</summary>
    public static LocalPostgres? TryStart()
    {
        var bin = Directory.Exists("/usr/lib/postgresql")
            ? Directory
                .GetDirectories("/usr/lib/postgresql")
                .Order(StringComparer.Ordinal)
                .Select(d => Path.Combine(d, "bin"))
                .LastOrDefault()
            : null;
        if (bin is null || !File.Exists(Path.Combine(bin, "initdb")))
        {
            return null;
        }

        // PostgreSQL refuses to run as root.
        var isRoot = Environment.UserName == "root";
        var data = Directory.CreateTempSubdirectory("medseg-pg-").FullName;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        Process Start(params string[] command)
        {
            string[] all = isRoot && command[0] != "chown" ? ["runuser", "-u", "postgres", "--", .. command] : command;
            return Process.Start(new ProcessStartInfo(all[0], all[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })
                ?? throw new InvalidOperationException($"{all[0]} does not start.");
        }

        if (isRoot)
        {
            Start("chown", "postgres", data).WaitForExit();
        }

        var database = Path.Combine(data, "db");
        Start(Path.Combine(bin, "initdb"), "-D", database, "-A", "trust", "-U", "medseg", "--no-sync", "-E", "UTF8").WaitForExit();
        var process = Start(
            Path.Combine(bin, "postgres"),
            "-D",
            database,
            "-p",
            $"{port}",
            "-k",
            data,
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "fsync=off"
        );
        while (process.StandardError.ReadLine() is { } line && !line.Contains("ready to accept connections", StringComparison.Ordinal)) { }

        // A full pipe would stop the server.
        _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null);
        return new(process, data, $"Host=127.0.0.1;Port={port};Username=medseg;Database=postgres");
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_data, recursive: true);
    }
}
