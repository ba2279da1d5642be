using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Microsoft.ML.MedicalSegmentation.AspNetCore;

[TestClass]
public sealed class HostileUploadTests
{
    [TestMethod]
    public async Task Score_OfGarbage_AnswersWithAProblemThatBlamesTheClientAndNamesNoPath()
    {
        using var folder = new TemporaryFolder();
        await using var app = await ServedApplication.Start(folder, options => options.MaximumDecodedBytes = 100 << 20);
        var good = TestModels.Bytes(TestModels.Volume());
        var random = new Random(7);
        var uploads = new List<byte[]>
        {
            Encoding.ASCII.GetBytes("This is no volume."),
            good[..(good.Length / 2)],
            new byte[1000],
            "PK\x03\x04 no zip"u8.ToArray(),
            TestModels.Bytes(NaN()),
        };
        for (var i = 0; i < 60; i++)
        {
            var bytes = i % 2 == 0 ? new byte[random.Next(1, 3000)] : (byte[])TestModels.Bytes(TestModels.Volume(), ".nii").Clone();
            for (var k = 0; k < (i % 2 == 0 ? bytes.Length : 40); k++)
            {
                bytes[random.Next(i % 2 == 0 ? bytes.Length : 348)] = (byte)random.Next(256);
            }

            uploads.Add(bytes);
        }

        foreach (var (bytes, i) in uploads.Select((b, i) => (b, i)))
        {
            using var answer = await app.Client.PostAsync("score", new ByteArrayContent(bytes));
            if (i >= 5 && answer.IsSuccessStatusCode)
            {
                // A header may survive forty wrong bytes.
                continue;
            }

            var text = await answer.Content.ReadAsStringAsync();
            Assert.IsTrue(
                answer.StatusCode is HttpStatusCode.UnprocessableEntity or HttpStatusCode.RequestEntityTooLarge,
                $"upload {i}: {answer.StatusCode} {text}"
            );
            using var problem = JsonDocument.Parse(text);
            Assert.AreEqual("client", problem.RootElement.GetProperty("fault").GetString());
            Assert.IsFalse(text.Contains(folder.Path, StringComparison.Ordinal) || text.Contains("/tmp", StringComparison.Ordinal), text);
        }

        Assert.AreEqual("Healthy", await app.Client.GetStringAsync("health"));
        Assert.AreEqual((0, 0, 0L), app.Load);
    }

    [TestMethod]
    public async Task Score_OfTwoMegabytesThatUnpackToTwoGigabytes_IsRefusedByTheHeader()
    {
        using var folder = new TemporaryFolder();
        await using var app = await ServedApplication.Start(folder);
        var header = TestModels.Bytes(TestModels.Volume(), ".nii")[..352];
        foreach (var (axis, size) in new[] { (0, 3), (1, 1024), (2, 1024), (3, 512) })
        {
            BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(40 + (2 * axis)), (short)size);
        }

        var bomb = new MemoryStream();
        bomb.Write(Pack(header));
        var zeros = Pack(new byte[16 << 20]);
        for (var i = 0; i < 128; i++)
        {
            bomb.Write(zeros);
        }

        using var answer = await app.Client.PostAsync("score", new ByteArrayContent(bomb.ToArray()));
        await AssertProblem(answer, HttpStatusCode.RequestEntityTooLarge, "volume-too-large");
    }

    [TestMethod]
    public async Task Score_OfAClaimOfTenGigabytes_IsRefusedBeforeItIsRead()
    {
        using var folder = new TemporaryFolder();
        await using var app = await ServedApplication.Start(folder);
        using var socket = new System.Net.Sockets.TcpClient("127.0.0.1", app.Client.BaseAddress!.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"POST /segmentation/score HTTP/1.1\r\nHost: 127.0.0.1:{app.Client.BaseAddress.Port}\r\n"
                    + "Content-Length: 10737418240\r\nConnection: close\r\n\r\n"
            )
        );
        using var reader = new StreamReader(stream);
        StringAssert.Contains(await reader.ReadLineAsync(), "413");
    }

    [TestMethod]
    public async Task Score_OfAZipBomb_IsRefusedWhileUnpacking()
    {
        using var folder = new TemporaryFolder();
        await using var app = await ServedApplication.Start(folder);
        using var answer = await app.Client.PostAsync(
            "score",
            new ByteArrayContent(Zip(Enumerable.Range(0, 20).Select(i => ($"{i}.dcm", new byte[16 << 20]))))
        );
        await AssertProblem(answer, HttpStatusCode.RequestEntityTooLarge, "zip-too-large");
        await ScoreEndpointTests.Until(() => Directory.GetDirectories(folder["work/jobs"]).Length == 0);
    }

    [TestMethod]
    public async Task Score_OfAZipWhoseNamesLeaveItsFolder_WritesNothingElsewhere()
    {
        using var folder = new TemporaryFolder();
        await using var app = await ServedApplication.Start(folder);
        var volume = TestModels.Volume();
        using var answer = await app.Client.PostAsync(
            "score",
            new ByteArrayContent(Zip([("../../../../escaped.nii.gz", TestModels.Bytes(volume))]))
        );
        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode, await answer.Content.ReadAsStringAsync());
        Assert.AreEqual(0, Directory.GetFiles(folder.Path, "escaped*", SearchOption.AllDirectories).Length);
    }

    [TestMethod]
    public async Task Score_OfNothingTooMuchOrForNobody_NamesTheFault()
    {
        using var folder = new TemporaryFolder();
        await using var app = await ServedApplication.Start(folder, options => options.MaximumUploadBytes = 4000);
        await AssertProblem(await app.Client.PostAsync("score", new ByteArrayContent([])), HttpStatusCode.BadRequest, "empty-upload");
        await AssertProblem(
            await app.Client.PostAsync("score", new ByteArrayContent(new byte[5000])),
            HttpStatusCode.RequestEntityTooLarge,
            "upload-too-large"
        );
        await AssertProblem(
            await app.Client.PostAsync("score?model=other", new ByteArrayContent([1])),
            HttpStatusCode.NotFound,
            "unknown-model"
        );
        await AssertProblem(
            await app.Client.PostAsync("score?format=docx", new ByteArrayContent([1])),
            HttpStatusCode.BadRequest,
            "unknown-format"
        );
        await AssertProblem(await app.Client.GetAsync("jobs/../../order"), HttpStatusCode.NotFound, null);
        await AssertProblem(await app.Client.GetAsync($"jobs/{new string('0', 32)}"), HttpStatusCode.NotFound, "unknown-job");
    }

    private static async Task AssertProblem(HttpResponseMessage answer, HttpStatusCode status, string? code)
    {
        Assert.AreEqual(status, answer.StatusCode, await answer.Content.ReadAsStringAsync());
        if (code is not null)
        {
            Assert.AreEqual(code, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
        }
    }

    private static Volume<float> NaN()
    {
        var volume = TestModels.Volume();
        var values = volume.Voxels.ToArray();
        values[100] = float.NaN;
        return Volume.Create(values, volume.Shape, volume.Geometry);
    }

    private static byte[] Pack(byte[] bytes)
    {
        var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return stream.ToArray();
    }

    internal static byte[] Zip(IEnumerable<(string Name, byte[] Bytes)> files)
    {
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in files)
            {
                using var entry = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                entry.Write(bytes);
            }
        }

        return stream.ToArray();
    }
}
