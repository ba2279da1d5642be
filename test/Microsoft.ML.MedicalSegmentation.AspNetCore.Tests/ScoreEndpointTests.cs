using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Models;

namespace Microsoft.ML.MedicalSegmentation.AspNetCore;

[TestClass]
public sealed class ScoreEndpointTests
{
    [TestMethod]
    public async Task Score_OfASmallVolume_AnswersWithItsLabels()
    {
        using var folder = new TemporaryFolder();
        await using var app = await ServedApplication.Start(folder);
        var volume = TestModels.Volume();
        foreach (var ending in new[] { ".nii.gz", ".nii", ".nrrd", ".mha" })
        {
            using var answer = await app.Client.PostAsync("score", new ByteArrayContent(TestModels.Bytes(volume, ending)));
            Assert.AreEqual(
                HttpStatusCode.OK,
                answer.StatusCode,
                $"{await answer.Content.ReadAsStringAsync()} {string.Join(Environment.NewLine, app.Log)}"
            );
            CollectionAssert.AreEqual(TestModels.Expected(volume), TestModels.Labels(await answer.Content.ReadAsByteArrayAsync(), folder));
            StringAssert.StartsWith(answer.Headers.GetValues("Medseg-Model").Single(), "bright; version=");
        }

        Assert.AreEqual(0, Directory.GetDirectories(folder["work/jobs"]).Length, "uploads are left");
    }

    [TestMethod]
    public async Task Score_OfAnotherSpacingThanTraining_CarriesTheWarning()
    {
        using var folder = new TemporaryFolder();
        await using var app = await ServedApplication.Start(folder);
        using var answer = await app.Client.PostAsync("score", new ByteArrayContent(TestModels.Bytes(TestModels.Volume(spacing: 3))));
        var warning = answer.Headers.GetValues("Medseg-Warning").Single();
        StringAssert.Contains(warning, "spacing");
        Assert.IsFalse(warning.Contains(folder.Path, StringComparison.Ordinal), warning);
    }

    [TestMethod]
    public async Task Score_OfFiftyUploadsAtOnce_AnswersAllAndHealthMeanwhile()
    {
        using var folder = new TemporaryFolder();
        await using var app = await ServedApplication.Start(folder, options => options.MaximumConcurrency = 2);
        var volume = TestModels.Volume();
        var bytes = TestModels.Bytes(volume);
        var uploads = Enumerable.Range(0, 50).Select(async _ =>
        {
            using var answer = await app.Client.PostAsync("score", new ByteArrayContent(bytes));
            Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode, await answer.Content.ReadAsStringAsync());
            return await answer.Content.ReadAsByteArrayAsync();
        }).ToList();
        do
        {
            Assert.AreEqual("Healthy", await app.Client.GetStringAsync("health"));
            Assert.IsTrue(app.Load.Running <= 2);
        }
        while (await Task.WhenAny(Task.WhenAll(uploads), Task.Delay(50)) is not Task<byte[][]>);

        CollectionAssert.AreEqual(TestModels.Expected(volume), TestModels.Labels((await Task.WhenAll(uploads))[49], folder));
        Assert.AreEqual((0, 0, 0L), app.Load);
    }

    [TestMethod]
    public async Task Score_WhenTooManyWait_SaysWhenToComeBack()
    {
        using var folder = new TemporaryFolder();
        await using var app = await ServedApplication.Start(folder, options =>
        {
            options.AddModel("slow", TestModels.WriteSlow(folder));
            options.MaximumWaiting = 0;
        });
        using var leaving = new CancellationTokenSource();
        var first = app.Client.PostAsync("score?model=slow", new ByteArrayContent(TestModels.Bytes(TestModels.Volume(96))), leaving.Token);
        await Until(() => app.Load.Running == 1);
        using var second = await app.Client.PostAsync("score?model=bright", new ByteArrayContent(TestModels.Bytes(TestModels.Volume())));
        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, second.StatusCode);
        Assert.IsNotNull(second.Headers.RetryAfter);
        await leaving.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => first);
        await Until(() => app.Load.Running == 0);
    }

    [TestMethod]
    public async Task Score_WhenClientsLeave_FreesTheProcessorAndTheMemory()
    {
        using var folder = new TemporaryFolder();
        await using var app = await ServedApplication.Start(folder, options => options.AddModel("slow", TestModels.WriteSlow(folder)));
        var bytes = TestModels.Bytes(TestModels.Volume(96));
        using var leaving = new CancellationTokenSource();
        var clients = Enumerable
            .Range(0, 8)
            .Select(_ => app.Client.PostAsync("score?model=slow", new ByteArrayContent(bytes), leaving.Token))
            .ToList();
        await Until(() => app.Load is { Running: 1, Waiting: 7 });
        await leaving.CancelAsync();
        await Until(() => app.Load == (0, 0, 0));
        await Assert.ThrowsAsync<OperationCanceledException>(() => Task.WhenAll(clients));
        using var next = await app.Client.PostAsync("score?model=bright", new ByteArrayContent(TestModels.Bytes(TestModels.Volume())));
        Assert.AreEqual(HttpStatusCode.OK, next.StatusCode);
        Assert.IsTrue(app.Log.Any(line => line.Contains("cancelled by slow", StringComparison.Ordinal)));
        await Until(() => Directory.GetDirectories(folder["work/jobs"]).Length == 0);
    }

    [TestMethod]
    public async Task Score_WhileTheZipIsReplaced_DropsNoRequest()
    {
        using var folder = new TemporaryFolder();
        await using var app = await ServedApplication.Start(folder);
        var bytes = TestModels.Bytes(TestModels.Volume());
        var versions = new HashSet<string>();
        for (var i = 0; i < 12; i++)
        {
            var running = Enumerable.Range(0, 3).Select(_ => app.Client.PostAsync("score", new ByteArrayContent(bytes))).ToList();
            if (i % 4 == 3)
            {
                TestModels.Write(folder, "bright.zip", Scoring.TinyOnnxModels.Shifted(i));
                app.Service<ModelStore>().Refresh();
            }

            foreach (var answer in await Task.WhenAll(running))
            {
                Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode, await answer.Content.ReadAsStringAsync());
                versions.Add(answer.Headers.GetValues("Medseg-Model").Single());
            }
        }

        Assert.IsTrue(versions.Count >= 3, string.Join(", ", versions));
    }

    [TestMethod]
    [DataRow("X-Forwarded-For", "203.0.113.7")]
    [DataRow("Host", "evil.example")]
    [DataRow("Origin", "https://evil.example")]
    public async Task Get_WithoutAuthenticationAndNotFromHere_IsForbidden(string header, string value)
    {
        using var folder = new TemporaryFolder();
        await using var app = await ServedApplication.Start(folder);
        using var request = new HttpRequestMessage(HttpMethod.Get, "models");
        request.Headers.TryAddWithoutValidation(header, value);
        using var answer = await app.Client.SendAsync(request);
        Assert.AreEqual(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.AreEqual("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [TestMethod]
    public async Task Get_WithAuthentication_AnswersWhoIsKnownAndNobodyElse()
    {
        using var folder = new TemporaryFolder();
        await using var app = await ServedApplication.Start(folder, null, (web, group) => group.RequireAuthorization(), services =>
        {
            services.AddAuthentication("key").AddScheme<AuthenticationSchemeOptions, KeyAuthentication>("key", null);
            services.AddAuthorization();
        });
        using var stranger = await app.Client.GetAsync("models");
        Assert.AreEqual(HttpStatusCode.Unauthorized, stranger.StatusCode);
        app.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "secret");
        app.Client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");
        var models = await app.Client.GetFromJsonAsync<JsonElement>("models");
        Assert.AreEqual("bright", models[0].GetProperty("name").GetString());
    }

    [TestMethod]
    public async Task OpenApi_DescribesEveryEndpointForPrograms()
    {
        using var folder = new TemporaryFolder();
        await using var app = await ServedApplication.Start(folder);
        var document = await app.Client.GetFromJsonAsync<JsonElement>("openapi/segmentation.json");
        var paths = document.GetProperty("paths").EnumerateObject().Select(p => p.Name).ToList();
        foreach (var path in new[] { "score", "jobs", "jobs/{id}", "jobs/{id}/result", "models" })
        {
            CollectionAssert.Contains(paths, "/segmentation/" + path);
        }
    }

    internal static Task Until(Func<bool> holds) => Wait.Until(holds, TimeSpan.FromMinutes(1), () => "it never came");
}
