using System.Net;

namespace Microsoft.ML.MedicalSegmentation.AspNetCore;

[TestClass]
public sealed class SampleTests
{
    [TestMethod]
    public async Task Service_AsAProgram_AnswersWithLabels()
    {
        using var folder = new TemporaryFolder();
        var port = LocalProgram.FreePort();
        using var program = Start("Service", folder, TestModels.Write(folder), $"http://127.0.0.1:{port}", folder["work"]);
        using var client = new HttpClient();
        await program.WaitForAnswer($"http://127.0.0.1:{port}/segmentation/health");
        var volume = TestModels.Volume();
        using var answer = await client.PostAsync(
            $"http://127.0.0.1:{port}/segmentation/score",
            new ByteArrayContent(TestModels.Bytes(volume))
        );
        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode, await answer.Content.ReadAsStringAsync());
        CollectionAssert.AreEqual(TestModels.Expected(volume), TestModels.Labels(await answer.Content.ReadAsByteArrayAsync(), folder));
    }

    [TestMethod]
    public void Batch_OverATable_NotesResultsAndErrorsAndGoesOn()
    {
        using var folder = new TemporaryFolder();
        var model = TestModels.Write(folder);
        VolumeFormats.Save(TestModels.Volume(), folder["a.nii.gz"]);
        folder.Write("b.nii.gz", "This is no volume.");
        VolumeFormats.Save(TestModels.Volume(20), folder["c.nii.gz"]);

        using (var first = Start("Batch", folder, model, folder["studies.db"], folder["results"], folder["a.nii.gz"], folder["b.nii.gz"]))
        {
            first.WaitForExit();
            StringAssert.Contains(first.Said, "a.nii.gz: ");
            StringAssert.Contains(first.Said, "none of the known formats");
        }

        using var second = Start("Batch", folder, model, folder["studies.db"], folder["results"], folder["c.nii.gz"]);
        second.WaitForExit();
        Assert.IsFalse(second.Said.Contains("a.nii.gz", StringComparison.Ordinal), second.Said);
        CollectionAssert.AreEquivalent(
            new[] { "a.nii.gz", "c.nii.gz" },
            Directory.GetFiles(folder["results"]).Select(p => Path.GetFileName(p)).ToArray()
        );
    }

    [TestMethod]
    public void Pacs_WithoutArguments_SaysHowItIsUsed()
    {
        using var folder = new TemporaryFolder();
        using var program = Start("Pacs", folder);
        program.WaitForExit();
        StringAssert.Contains(program.Said, "Usage");
    }

    private static LocalProgram Start(string sample, TemporaryFolder folder, params string[] arguments)
    {
        var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var path = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", sample, configuration, $"{sample}.dll"));
        Assert.IsTrue(File.Exists(path), $"'{path}' is not built");
        return LocalProgram.Start(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            ["exec", path, .. arguments],
            folder.Path
        );
    }
}
