using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.Net.Sockets;
using System.Text;

namespace Microsoft.ML.MedicalSegmentation.Bench;

/// <summary>Many clients, and clients that mean harm, each kind for a bounded time; health and memory of the service meanwhile.</summary>
internal static class HostileLoad
{
    private static readonly VolumeShape Shape = new(1, 64, 128, 128);

    /// <summary>Runs all kinds and prints a table; returns 1 where the service did not bear one.</summary>
    public static async Task<int> Run()
    {
        var folder = Directory.CreateTempSubdirectory("medseg-load-").FullName;
        try
        {
            ServedModelFile.Write(folder);
            using var node = new ServiceNode(Path.Combine(folder, "model.zip"), Path.Combine(folder, "work"));
            await node.Start();
            return await Run(node);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> Run(ServiceNode node)
    {
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 256 })
        {
            BaseAddress = node.Address,
            Timeout = TimeSpan.FromMinutes(5),
        };
        var good = ServedModelFile.Volume(Shape);
        await Post(client, good);
        var before = node.Memory.Now;
        Console.WriteLine(
            $"{Environment.ProcessorCount} cores; {Shape}, {good.Length / 1e6:0.0} MB compressed; {before:0} MB in use after one scoring"
        );
        Console.WriteLine("| load | answers | time | slowest health check | most memory |");
        Console.WriteLine("|---|---|---:|---:|---:|");
        await using var watch = new Watch(node);
        var isBorne = true;
        async Task Load(string name, Func<Task<IEnumerable<string>>> load, params string[] expected)
        {
            watch.Take();
            var clock = Stopwatch.StartNew();
            var answers = (await load()).CountBy(answer => answer).OrderBy(pair => pair.Key, StringComparer.Ordinal).ToList();
            var seen = watch.Take();
            isBorne &= seen.Failed == 0 && seen.Slowest < 1 && answers.TrueForAll(pair => expected.Contains(pair.Key));
            Console.WriteLine(
                $"| {name} | {string.Join(", ", answers.Select(pair => $"{pair.Value} x {pair.Key}"))} | "
                    + $"{clock.Elapsed.TotalSeconds:0.0} s | {seen.Slowest * 1000:0} ms of "
                    + $"{seen.Asked}{(seen.Failed > 0 ? $", {seen.Failed} FAILED" : "")} | {seen.Memory:0} MB |"
            );
        }

        await Load("50 uploads at once", () => Many(50, 50, _ => Post(client, good)), "200");
        await Load("200 garbage uploads, 20 at once", () => Many(200, 20, i => Post(client, Garbage(i, good))), "413", "422", "200");
        await Load("a gzip of 2 GiB of zeros", () => Many(1, 1, _ => Post(client, Bomb([]))), "413", "422");
        await Load(
            "a gzip of a NIfTI volume of 2 GiB",
            () => Many(1, 1, _ => Post(client, Bomb(Header(1, 1024, 1024, 1024)))),
            "413",
            "422"
        );
        await Load(
            "10 headers that claim 10 GB of voxels",
            () => Many(10, 10, _ => Post(client, Bomb(Header(1, 2000, 2000, 1250), length: 1000))),
            "413",
            "422"
        );
        await Load("10 uploads that claim 10 GB", () => Many(10, 10, _ => Raw(node, 10_000_000_000, [])), "413");
        await Load("20 slow clients, 20 bytes a second", () => Many(20, 20, _ => Slow(node)), "408", "closed");
        await Load("20 clients that leave while they are scored", () => Many(20, 20, _ => Leave(node, good)), "left");
        await Load("the next upload", () => Many(1, 1, _ => Post(client, good)), "200");
        await Task.Delay(TimeSpan.FromSeconds(30));
        var after = node.Memory;
        Console.WriteLine(
            $"{after.Now:0} MB in use 30 s later, {after.Peak:0} MB at most; "
                + $"{(isBorne ? "every load was borne" : "NOT EVERY LOAD WAS BORNE")}"
        );
        return isBorne ? 0 : 1;
    }

    private static async Task<IEnumerable<string>> Many(int count, int atOnce, Func<int, Task<string>> one)
    {
        var answers = new string[count];
        await Parallel.ForAsync(
            0,
            count,
            new ParallelOptions { MaxDegreeOfParallelism = atOnce },
            async (i, _) => answers[i] = await one(i)
        );
        return answers;
    }

    private static async Task<string> Post(HttpClient client, byte[] bytes)
    {
        try
        {
            using var answer = await client.PostAsync("score", new ByteArrayContent(bytes));
            await answer.Content.ReadAsByteArrayAsync();
            return $"{(int)answer.StatusCode}";
        }
        catch (HttpRequestException fault)
        {
            return fault.HttpRequestError.ToString();
        }
    }

    // Noise, a volume that was cut short, one with a damaged header, and one with damage further on, in turns.
    private static byte[] Garbage(int i, byte[] good)
    {
        var random = new Random(i);
        var bytes =
            i % 4 == 0 ? new byte[random.Next(1, 100_000)]
            : i % 4 == 1 ? good[..random.Next(1, good.Length)]
            : (byte[])good.Clone();
        if (i % 4 == 0)
        {
            random.NextBytes(bytes);
        }

        for (var k = 0; i % 4 >= 2 && k < 50; k++)
        {
            bytes[random.Next(i % 4 == 2 ? 400 : bytes.Length)] = (byte)random.Next(256);
        }

        return bytes;
    }

    private static byte[] Header(short channels, short depth, short height, short width)
    {
        var header = ServedModelFile.Volume(new(1, 2, 2, 2), ".nii")[..352];
        foreach (var (axis, size) in new[] { (0, (short)3), (1, width), (2, height), (3, depth), (4, channels) })
        {
            BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(40 + (2 * axis)), size);
        }

        return header;
    }

    private static byte[] Bomb(byte[] start, long length = 2L << 30)
    {
        using var bomb = new MemoryStream();
        using (var gzip = new GZipStream(bomb, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(start);
            var zeros = new byte[1 << 20];
            for (var left = length; left > 0; left -= zeros.Length)
            {
                gzip.Write(zeros, 0, (int)Math.Min(left, zeros.Length));
            }
        }

        return bomb.ToArray();
    }

    private static async Task<string> Raw(ServiceNode node, long claimed, byte[] body)
    {
        using var socket = await Connect(node, claimed);
        await socket.GetStream().WriteAsync(body);
        return await Status(socket);
    }

    private static async Task<string> Slow(ServiceNode node)
    {
        using var socket = await Connect(node, 1_000_000);
        var answer = Status(socket);
        try
        {
            for (var i = 0; i < 200 && !answer.IsCompleted; i++)
            {
                await socket.GetStream().WriteAsync(new byte[2]);
                await Task.Delay(100);
            }
        }
        catch (IOException)
        {
            // The service has closed the connection.
        }

        return answer.IsCompleted ? await answer : "still connected";
    }

    private static async Task<string> Leave(ServiceNode node, byte[] good)
    {
        using var socket = await Connect(node, good.Length);
        await socket.GetStream().WriteAsync(good);
        await Task.Delay(300);
        return "left";
    }

    private static async Task<TcpClient> Connect(ServiceNode node, long claimed)
    {
        var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", node.Port);
        await socket
            .GetStream()
            .WriteAsync(
                Encoding.ASCII.GetBytes($"POST /segmentation/score HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {claimed}\r\n\r\n")
            );
        return socket;
    }

    private static async Task<string> Status(TcpClient socket)
    {
        var buffer = new byte[64];
        try
        {
            var count = await socket.GetStream().ReadAsync(buffer);
            return count > 12 ? Encoding.ASCII.GetString(buffer, 9, 3) : "closed";
        }
        catch (IOException)
        {
            return "closed";
        }
    }
}
