using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Jobs;

namespace Microsoft.ML.MedicalSegmentation.AspNetCore;

[TestClass]
public sealed class JobTests
{
    [TestMethod]
    public async Task Score_OfALargeVolume_BecomesAJobWithStatusAndResults()
    {
        using var folder = new TemporaryFolder();
        await using var app = await ServedApplication.Start(folder, options => options.SynchronousVoxels = 1000);
        var volume = TestModels.Volume();

        using var accepted = await app.Client.PostAsync("score", new ByteArrayContent(TestModels.Bytes(volume)));

        Assert.AreEqual(HttpStatusCode.Accepted, accepted.StatusCode, await accepted.Content.ReadAsStringAsync());
        var job = await Finished(app, accepted.Headers.Location!.ToString());
        Assert.AreEqual("succeeded", job.GetProperty("state").GetString(), job.ToString());
        var segment = job.GetProperty("segments")[0];
        Assert.AreEqual(TestModels.Expected(volume).Count(v => v == 1) / 1000.0, segment.GetProperty("milliliters").GetDouble(), 1e-9);
        foreach (var result in job.GetProperty("results").EnumerateObject())
        {
            var bytes = await app.Client.GetByteArrayAsync($"jobs/{job.GetProperty("id").GetString()}/{result.Value.GetString()}");
            if (result.Name == "doubt")
            {
                File.WriteAllBytes(folder["doubt.nii.gz"], bytes);
                continue;
            }

            CollectionAssert.AreEqual(
                TestModels.Expected(volume),
                TestModels.Labels(
                    bytes,
                    folder,
                    result.Name switch
                    {
                        "nifti" => ".nii.gz",
                        "nrrd" => ".nrrd",
                        _ => ".mha",
                    }
                )
            );
        }

        // The logits are 0.5 and the value of the voxel, which is 0 in the first one.
        var doubt = VolumeFormats.Open(folder["doubt.nii.gz"]);
        Assert.AreEqual(volume.Shape, doubt.Shape);
        var (p, q) = (1 / (1 + Math.Exp(-0.5)), 1 / (1 + Math.Exp(0.5)));
        Assert.AreEqual(-((p * Math.Log2(p)) + (q * Math.Log2(q))), doubt.GetValue(0, 0, 0, 0), 1 / 255.0);
        var address = $"jobs/{job.GetProperty("id").GetString()}";
        Assert.AreEqual(HttpStatusCode.NoContent, (await app.Client.DeleteAsync(address)).StatusCode);
        Assert.AreEqual(HttpStatusCode.NotFound, (await app.Client.GetAsync(address)).StatusCode);
    }

    [TestMethod]
    public async Task Jobs_OfAZippedStudy_GiveSegStructureSetAndReportAndLogNoPatient()
    {
        using var folder = new TemporaryFolder();
        var study = TestData.RequireData("formats/seg/dcmqi/ct-3slice");
        await using var app = await ServedApplication.Start(folder);
        var zip = HostileUploadTests.Zip(Directory.GetFiles(study).Select(path => (Path.GetFileName(path), File.ReadAllBytes(path))));

        using var accepted = await app.Client.PostAsync("jobs", new ByteArrayContent(zip));

        var job = await Finished(app, accepted.Headers.Location!.ToString());
        Assert.AreEqual("succeeded", job.GetProperty("state").GetString(), job.ToString());
        var address = $"jobs/{job.GetProperty("id").GetString()}/";
        foreach (var result in job.GetProperty("results").EnumerateObject())
        {
            File.WriteAllBytes(folder[result.Name], await app.Client.GetByteArrayAsync(address + result.Value.GetString()));
        }

        File.Move(folder["nifti"], folder["labels.nii.gz"]);
        var expected = VolumeFormats.OpenLabels(folder["labels.nii.gz"]);
        Assert.IsTrue(expected.CountValues()[1] > 0);
        var found = DicomSegmentation.Read(folder["dicom-seg"]).ToLabelsOn(expected.Shape, expected.Geometry);
        Assert.IsTrue(expected.Voxels.Bytes.SequenceEqual(found.Voxels.Bytes));
        Assert.IsTrue(
            expected.Voxels.Bytes.SequenceEqual(
                DicomStructureSet.Read(folder["rtstruct"]).ToLabelsOn(expected.Shape, expected.Geometry).Voxels.Bytes
            )
        );
        Assert.IsTrue(new FileInfo(folder["report"]).Length > 1000);
        var series = DicomSeries.Find(study)[0];
        Assert.IsFalse(app.Log.Any(line => line.Contains(series.Uid, StringComparison.Ordinal)), "the log names the series");
        var view = await app.Client.GetFromJsonAsync<JsonElement>(address + "view");
        var labels = await app.Client.GetByteArrayAsync(address + "view/labels");
        Assert.AreEqual(
            view.GetProperty("size").EnumerateArray().Aggregate(2, (product, side) => product * side.GetInt32()),
            labels.Length
        );
    }

    [TestMethod]
    public async Task Jobs_OfGarbage_FailWithWhoseFaultItIs()
    {
        using var folder = new TemporaryFolder();
        await using var app = await ServedApplication.Start(folder);
        var volume = TestModels.Volume();
        var values = volume.Voxels.ToArray();
        values[3] = float.NaN;
        using var accepted = await app.Client.PostAsync(
            "jobs",
            new ByteArrayContent(TestModels.Bytes(Volume.Create(values, volume.Shape)))
        );
        var job = await Finished(app, accepted.Headers.Location!.ToString());
        Assert.AreEqual("failed", job.GetProperty("state").GetString());
        Assert.AreEqual("client", job.GetProperty("error").GetProperty("fault").GetString());
        var detail = job.GetProperty("error").GetProperty("detail").GetString();
        Assert.IsFalse(detail!.Contains(folder.Path, StringComparison.Ordinal), detail);
        Assert.AreEqual(
            HttpStatusCode.UnprocessableEntity,
            (await app.Client.GetAsync($"jobs/{job.GetProperty("id").GetString()}/result")).StatusCode
        );
    }

    [TestMethod]
    public async Task Delete_OfARunningJob_FreesTheProcessor()
    {
        using var folder = new TemporaryFolder();
        await using var app = await ServedApplication.Start(folder, options => options.AddModel("slow", TestModels.WriteSlow(folder)));
        using var accepted = await app.Client.PostAsync("jobs?model=slow", new ByteArrayContent(TestModels.Bytes(TestModels.Volume(96))));
        await ScoreEndpointTests.Until(() => app.Load.Running == 1);
        Assert.AreEqual(HttpStatusCode.NoContent, (await app.Client.DeleteAsync(accepted.Headers.Location)).StatusCode);
        await ScoreEndpointTests.Until(() => app.Load.Running == 0);
        Assert.AreEqual(
            "cancelled",
            (await app.Client.GetFromJsonAsync<JsonElement>(accepted.Headers.Location)).GetProperty("state").GetString()
        );
    }

    [TestMethod]
    public async Task Jobs_WhenTheServiceEndsWithinThem_AreDoneOnceAfterItsNextStart()
    {
        using var folder = new TemporaryFolder();
        var addresses = new List<string>();
        var bytes = TestModels.Bytes(TestModels.Volume());
        var app = await ServedApplication.Start(folder, options => options.AddModel("slow", TestModels.WriteSlow(folder)));
        for (var i = 0; i < 6; i++)
        {
            using var accepted = await app.Client.PostAsync(
                i == 0 ? "jobs?model=slow" : "jobs?model=bright",
                new ByteArrayContent(i == 0 ? TestModels.Bytes(TestModels.Volume(48)) : bytes)
            );
            addresses.Add(accepted.Headers.Location!.ToString());
        }

        await ScoreEndpointTests.Until(() => app.Load.Running == 1);
        await app.DisposeAsync();

        await using var next = await ServedApplication.Start(folder, options => options.AddModel("slow", folder["slow.zip"]));
        foreach (var address in addresses)
        {
            Assert.AreEqual("succeeded", (await Finished(next, address)).GetProperty("state").GetString());
            Assert.AreEqual(1, Directory.GetFiles(Path.Combine(folder["work"], "jobs", address.Split('/')[^1]), "labels-*").Length);
        }
    }

    [TestMethod]
    public void TryFinish_ByTwo_CountsTheFirst()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["job/x"]);
        var job = new JobFolder(folder["job"]);
        Assert.IsTrue(job.TryFinish(new(JobState.Succeeded, DateTimeOffset.UtcNow, null)));
        Assert.IsFalse(job.TryFinish(new(JobState.Failed, DateTimeOffset.UtcNow, null)));
        Assert.AreEqual(JobState.Succeeded, job.Outcome?.State);
    }

    internal static async Task<JsonElement> Finished(ServedApplication app, string address)
    {
        var job = default(JsonElement);
        var isFinished = await Wait.For(
            async () =>
            {
                job = await app.Client.GetFromJsonAsync<JsonElement>(address);
                return job.GetProperty("state").GetString() is not ("queued" or "running");
            },
            TimeSpan.FromMinutes(3)
        );
        Assert.IsTrue(isFinished, "the job never ended");
        return job;
    }
}
