using System.Text.Json;

namespace Microsoft.ML.MedicalSegmentation.AspNetCore;

/// <summary>A real Orthanc with its DICOMweb plugin, as Debian has it, on a port of the loopback interface.</summary>
internal sealed class OrthancServer : IDisposable
{
    private readonly LocalProgram _program;
    private readonly int _port;

    private OrthancServer(LocalProgram program, int port) => (_program, _port) = (program, port);

    public Uri Root => new($"http://127.0.0.1:{_port}/dicom-web");

    public static async Task<OrthancServer> Start(TemporaryFolder folder)
    {
        var plugin = "/usr/share/orthanc/plugins";
        if (
            !Directory.Exists(plugin)
            || !Directory.GetFiles(plugin).Any(path => path.Contains("DicomWeb", StringComparison.OrdinalIgnoreCase))
        )
        {
            Assert.Inconclusive("Orthanc with its DICOMweb plugin is not installed (Debian: orthanc, orthanc-dicomweb).");
        }

        var port = LocalProgram.FreePort();
        var configuration = folder.Write(
            "orthanc.json",
            JsonSerializer.Serialize(
                new Dictionary<string, object>
                {
                    ["Name"] = "test",
                    ["StorageDirectory"] = folder["orthanc/."],
                    ["IndexDirectory"] = folder["orthanc/."],
                    ["HttpPort"] = port,
                    ["DicomServerEnabled"] = false,
                    ["RemoteAccessAllowed"] = false,
                    ["AuthenticationEnabled"] = false,
                    ["Plugins"] = new[] { plugin },
                    ["DicomWeb"] = new Dictionary<string, object> { ["Enable"] = true, ["Root"] = "/dicom-web/" },
                }
            )
        );
        var orthanc = new OrthancServer(
            LocalProgram.Start(File.Exists("/usr/sbin/Orthanc") ? "/usr/sbin/Orthanc" : "Orthanc", [configuration]),
            port
        );
        await orthanc._program.WaitForAnswer($"http://127.0.0.1:{port}/dicom-web/studies");
        return orthanc;
    }

    public async Task<JsonElement> Statistics(HttpClient http)
    {
        using var document = JsonDocument.Parse(await http.GetStringAsync($"http://127.0.0.1:{_port}/statistics"));
        return document.RootElement.Clone();
    }

    public void Dispose() => _program.Dispose();
}
