using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.ML.MedicalSegmentation;
using Microsoft.ML.MedicalSegmentation.AspNetCore;

namespace MedSeg;

[TestClass]
public sealed class ServeCommandTests
{
    [TestMethod]
    public async Task Serve_WithAKey_AnswersWhoHasItAndNobodyElse()
    {
        using var folder = new TemporaryFolder();
        folder.Write("model.zip", "A model is loaded with the first request.");
        folder.Write("key", "secret\n");
        var port = LocalProgram.FreePort();
        using var process = ProgramRun.Start(
            "Microsoft.ML.MedicalSegmentation.Tool",
            "medseg.dll",
            folder.Path,
            "serve",
            "liver=model.zip",
            "--url",
            $"http://127.0.0.1:{port}",
            "--key-file",
            "key",
            "--work",
            "work"
        );
        try
        {
            StringAssert.Contains(await process.StandardOutput.ReadLineAsync(), $"http://127.0.0.1:{port}/segmentation/");
            using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{port}/segmentation/") };
            Assert.AreEqual(HttpStatusCode.Unauthorized, (await client.GetAsync("")).StatusCode);
            client.DefaultRequestHeaders.Authorization = new("Bearer", "wrong");
            Assert.AreEqual(HttpStatusCode.Unauthorized, (await client.GetAsync("")).StatusCode);
            client.DefaultRequestHeaders.Authorization = new("Bearer", "secret");
            Assert.AreEqual(HttpStatusCode.OK, (await client.GetAsync("")).StatusCode);
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
                "Basic",
                Convert.ToBase64String(Encoding.UTF8.GetBytes("me:secret"))
            );
            Assert.AreEqual(HttpStatusCode.OK, (await client.GetAsync("viewer.js")).StatusCode);

            // The file is no model, which is the service's fault, not the client's.
            using var models = await client.PostAsync("score", new ByteArrayContent([1]));
            Assert.AreEqual(HttpStatusCode.ServiceUnavailable, models.StatusCode, await models.Content.ReadAsStringAsync());
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }
    }

    [TestMethod]
    public void Serve_OnAnotherAddressWithoutAKey_IsRefused()
    {
        using var folder = new TemporaryFolder();
        folder.Write("model.zip", "");
        StringAssert.Contains(
            ProgramRun.MedsegProcess(folder.Path, "serve", "model.zip", "--url", "http://0.0.0.0:8080").Expect(2).Errors,
            "--key-file"
        );
        StringAssert.Contains(ProgramRun.MedsegProcess(folder.Path, "serve", "absent.zip").Expect(2).Errors, "absent.zip");
    }
}
