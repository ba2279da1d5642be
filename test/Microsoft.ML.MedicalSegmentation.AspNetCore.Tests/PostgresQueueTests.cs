using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Jobs;

namespace Microsoft.ML.MedicalSegmentation.AspNetCore;

/// <summary>Two nodes, processes of their own, on a real PostgreSQL.</summary>
[TestClass]
public sealed class PostgresQueueTests
{
    private const int Jobs = 8;

    [TestMethod]
    public async Task Jobs_WhenANodeIsKilled_AreAllDoneByTheOtherAndNoneTwice()
    {
        using var folder = new TemporaryFolder();
        using var postgres = await Postgres.Start(folder);
        var model = TestModels.Write(
            folder,
            "slow.zip",
            MedicalSegmentation.Scoring.TinyOnnx.Random(new(1, 32, 32, 32), 2, width: 12, depth: 3)
        );
        Directory.CreateDirectory(folder["work"]);
        var (first, firstPort) = Node(folder, model, postgres.Connection);
        var (second, secondPort) = Node(folder, model, postgres.Connection);
        using (first)
        using (second)
        {
            using var client = new HttpClient();
            await first.WaitForAnswer($"http://127.0.0.1:{firstPort}/segmentation/health");
            await second.WaitForAnswer($"http://127.0.0.1:{secondPort}/segmentation/health");
            var bytes = TestModels.Bytes(TestModels.Volume(40));
            var ids = new List<string>();
            for (var i = 0; i < Jobs; i++)
            {
                using var accepted = await client.PostAsync(
                    $"http://127.0.0.1:{(i % 2 == 0 ? firstPort : secondPort)}/segmentation/jobs",
                    new ByteArrayContent(bytes)
                );
                ids.Add((await accepted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!);
            }

            JobFolder Folder(string id) => new(Path.Combine(folder["work"], "jobs", id));
            await ScoreEndpointTests.Until(() => ids.Count(id => Folder(id).Outcome is not null) >= 2);
            first.Kill();
            await ScoreEndpointTests.Until(() => ids.TrueForAll(id => Folder(id).Outcome is not null));
            foreach (var id in ids)
            {
                Assert.AreEqual(JobState.Succeeded, Folder(id).Outcome?.State);
                var job = await client.GetFromJsonAsync<JsonElement>($"http://127.0.0.1:{secondPort}/segmentation/jobs/{id}");
                Assert.AreEqual("succeeded", job.GetProperty("state").GetString());
                Assert.AreEqual(1, Directory.GetFiles(Folder(id).Path, "outcome*").Length);
            }
        }
    }

    private static (LocalProgram Program, int Port) Node(TemporaryFolder folder, string model, string connection)
    {
        var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var path = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Service", configuration, "Service.dll"));
        Assert.IsTrue(File.Exists(path), $"'{path}' is not built");
        var port = LocalProgram.FreePort();
        return (
            LocalProgram.Start(
                Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
                ["exec", path, model, $"http://127.0.0.1:{port}", folder["work"], connection],
                folder.Path,
                ("Segmentation__NodeCheckIn", "00:00:01")
            ),
            port
        );
    }

    private sealed class Postgres : IDisposable
    {
        private readonly LocalProgram _program;

        private Postgres(LocalProgram program, string connection) => (_program, Connection) = (program, connection);

        public string Connection { get; }

        public static async Task<Postgres> Start(TemporaryFolder folder)
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
                Assert.Inconclusive("PostgreSQL is not installed (Debian: postgresql).");
            }

            // PostgreSQL refuses to run as root.
            string[] asOther = Environment.UserName == "root" ? ["runuser", "-u", "postgres", "--"] : [];
            var data = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"medseg-pg-{Guid.NewGuid():N}")).FullName;
            var port = LocalProgram.FreePort();
            if (asOther.Length > 0)
            {
                Run("chown", "postgres", data);
            }

            LocalProgram Program(params string[] command)
            {
                string[] all = [.. asOther, .. command];
                return LocalProgram.Start(all[0], all[1..]);
            }

            using (
                var creating = Program(
                    Path.Combine(bin ?? "", "initdb"),
                    "-D",
                    Path.Combine(data, "db"),
                    "-A",
                    "trust",
                    "-U",
                    "medseg",
                    "--no-sync",
                    "-E",
                    "UTF8"
                )
            )
            {
                creating.WaitForExit();
            }

            var program = Program(
                Path.Combine(bin ?? "", "postgres"),
                "-D",
                Path.Combine(data, "db"),
                "-p",
                $"{port}",
                "-k",
                data,
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "fsync=off"
            );
            await Wait.For(
                () => program.HasExited || program.Said.Contains("ready to accept connections", StringComparison.Ordinal),
                TimeSpan.FromSeconds(30)
            );
            return program.HasExited
                ? throw new AssertInconclusiveException($"PostgreSQL does not start here: {program.Said}")
                : new(program, $"Host=127.0.0.1;Port={port};Username=medseg;Database=postgres");
        }

        public void Dispose() => _program.Dispose();

        private static void Run(string program, params string[] arguments)
        {
            using var process = Process.Start(program, arguments);
            process.WaitForExit();
        }
    }
}
