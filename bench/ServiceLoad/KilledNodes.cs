using System.Diagnostics;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;

namespace Microsoft.ML.MedicalSegmentation.Bench;

/// <summary>100 jobs while nodes are killed at random moments and started again: exactly 100 results, all alike.</summary>
internal static class KilledNodes
{
    private const int Jobs = 100;

    /// <summary>Runs on SQLite with one node, or on PostgreSQL with two; returns 1 where a job was lost or done wrong.</summary>
    public static async Task<int> Run(int seed, bool onPostgres)
    {
        using var postgres = onPostgres ? LocalPostgres.TryStart() : null;
        if (onPostgres && postgres is null)
        {
            Console.WriteLine("PostgreSQL is not installed (Debian: postgresql); skipped.");
            return 0;
        }

        var folder = Directory.CreateTempSubdirectory("medseg-kills-").FullName;
        var nodes = new List<ServiceNode>();
        try
        {
            ServedModelFile.Write(folder);
            for (var i = 0; i < (onPostgres ? 2 : 1); i++)
            {
                nodes.Add(new(Path.Combine(folder, "model.zip"), Path.Combine(folder, "work"), postgres?.Connection));
                await nodes[i].Start();
            }

            return await Run(seed, nodes, Path.Combine(folder, "work"), onPostgres ? "PostgreSQL, two nodes" : "SQLite, one node");
        }
        finally
        {
            nodes.ForEach(node => node.Dispose());
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> Run(int seed, List<ServiceNode> nodes, string work, string name)
    {
        var (random, clock, kills) = (new Random(seed), Stopwatch.StartNew(), 0);
        var volume = ServedModelFile.Volume(new(1, 64, 96, 96));
        var ids = new List<string>();
        using var client = new HttpClient { Timeout = TimeSpan.FromMinutes(2) };
        for (var i = 0; i < Jobs; i++)
        {
            using var accepted = await client.PostAsync(new Uri(nodes[i % nodes.Count].Address, "jobs"), new ByteArrayContent(volume));
            ids.Add((await accepted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString() ?? "");
            if (i % 20 == 10)
            {
                await Kill(nodes[random.Next(nodes.Count)]);
            }
        }

        string Outcome(string id) => Path.Combine(work, "jobs", id, "outcome.json");
        var limit = TimeSpan.FromMinutes(8);
        while (!ids.TrueForAll(id => File.Exists(Outcome(id))) && clock.Elapsed < limit)
        {
            await Task.Delay(random.Next(500, 4000));
            if (kills < 20)
            {
                await Kill(nodes[random.Next(nodes.Count)]);
            }
        }

        var done = ids.Where(id => File.Exists(Outcome(id))).ToList();
        var labels = done.Select(id =>
            {
                using var outcome = JsonDocument.Parse(File.ReadAllText(Outcome(id)));
                var file = outcome.RootElement.TryGetProperty("labelsFile", out var found) ? found.GetString() : null;
                return file is null
                    ? "failed"
                    : Convert.ToHexString(SHA256.HashData(VolumeFormats.OpenLabels(Path.Combine(work, "jobs", id, file)).Voxels.Bytes));
            })
            .ToList();
        var folders = Directory.GetDirectories(Path.Combine(work, "jobs")).Length;
        Console.WriteLine(
            $"{name}: {ids.Distinct().Count()} jobs, {kills} kills, {done.Count} results in {folders} folders, "
                + $"{labels.Distinct().Count()} kind of labels, {clock.Elapsed.TotalSeconds:0} s"
        );
        return done.Count == Jobs && labels.Distinct().Count() == 1 && labels[0] != "failed" ? 0 : 1;

        async Task Kill(ServiceNode node)
        {
            kills++;
            node.Kill();
            await node.Start();
        }
    }
}
