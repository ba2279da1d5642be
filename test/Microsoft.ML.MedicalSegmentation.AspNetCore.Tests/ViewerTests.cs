namespace Microsoft.ML.MedicalSegmentation.AspNetCore;

/// <summary>The page in a real browser, headless.</summary>
[TestClass]
public sealed class ViewerTests
{
    [TestMethod]
    [DataRow(1400, 1000)]
    [DataRow(420, 900)]
    public async Task Page_OfAJob_ShowsPlanesClassesAndDownloads(int width, int height)
    {
        using var folder = new TemporaryFolder();
        await using var app = await ServedApplication.Start(folder);
        using var accepted = await app.Client.PostAsync("jobs", new ByteArrayContent(TestModels.Bytes(TestModels.Volume(40))));
        var job = await JobTests.Finished(app, accepted.Headers.Location!.ToString());
        var milliliters = job.GetProperty("segments")[0].GetProperty("milliliters").GetDouble();

        var picture = Environment.GetEnvironmentVariable("MEDSEG_SCREENSHOTS") is { Length: > 0 } kept
            ? Path.Combine(kept, $"page-{width}.png")
            : folder["page.png"];
        var page = $"{app.Client.BaseAddress}#{job.GetProperty("id").GetString()}";
        string[] common =
        [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            $"--user-data-dir={folder["chromium/."]}",
            $"--window-size={width},{height}",
            "--virtual-time-budget=20000",
        ];
        using (var drawing = LocalProgram.Start("chromium", [.. common, $"--screenshot={picture}", page]))
        {
            drawing.WaitForExit();
        }

        // The words are the same at every width.
        if (width > height)
        {
            using var reading = LocalProgram.Start("chromium", [.. common, "--dump-dom", page]);
            reading.WaitForExit();
            var text = reading.Said;
            StringAssert.Contains(text, "Done: ", text);
            StringAssert.Contains(text, "bright");
            StringAssert.Contains(
                text,
                milliliters.ToString(milliliters < 10 ? "0.00" : "0.0", System.Globalization.CultureInfo.InvariantCulture)
            );
            StringAssert.Contains(text, "result?format=nifti");
        }

        Assert.IsTrue(new FileInfo(picture).Length > 5000, "the picture is empty");
        var drawn = VolumeFormats.Open(picture);
        Assert.IsTrue(
            Enumerable.Range(0, (int)Math.Min(drawn.Shape.ChannelCount, 200_000)).Any(i => IsLabelColour(drawn, i)),
            "no voxel has the colour of a label"
        );
    }

    [TestMethod]
    public async Task Page_InThreeDimensions_DrawsTheLabels()
    {
        using var folder = new TemporaryFolder();
        await using var app = await ServedApplication.Start(folder);
        using (var script = await app.Client.GetAsync("niivue.js"))
        {
            if (!script.IsSuccessStatusCode)
            {
                Assert.Inconclusive("NiiVue is not in this build; `npm ci --prefix src/Service/Viewer` fetches it.");
            }
        }

        using var accepted = await app.Client.PostAsync("jobs", new ByteArrayContent(TestModels.Bytes(TestModels.Volume(40))));
        var job = await JobTests.Finished(app, accepted.Headers.Location!.ToString());
        var picture = Environment.GetEnvironmentVariable("MEDSEG_SCREENSHOTS") is { Length: > 0 } kept
            ? Path.Combine(kept, "page-3d.png")
            : folder["page.png"];
        var page = $"{app.Client.BaseAddress}#{job.GetProperty("id").GetString()}/3d";
        string[] common =
        [
            "--headless",
            "--no-sandbox",
            "--use-angle=swiftshader",
            "--enable-unsafe-swiftshader",
            "--enable-logging=stderr",
            $"--user-data-dir={folder["chromium/."]}",
            "--window-size=1400,1000",
            "--virtual-time-budget=30000",
        ];
        using var drawing = LocalProgram.Start("chromium", [.. common, $"--screenshot={picture}", "--dump-dom", page]);
        drawing.WaitForExit();
        StringAssert.Contains(drawing.Said, "Done: ");
        StringAssert.Contains(drawing.Said, "id=\"solid-state\" role=\"status\"></span>", drawing.Said);
    }

    [TestMethod]
    public async Task Page_FetchesNothingFromElsewhere()
    {
        using var folder = new TemporaryFolder();
        await using var app = await ServedApplication.Start(folder);
        foreach (var file in new[] { "", "viewer.js", "viewer.css" })
        {
            using var answer = await app.Client.GetAsync(file);
            answer.EnsureSuccessStatusCode();
            var text = await answer.Content.ReadAsStringAsync();
            Assert.IsFalse(text.Contains("http://", StringComparison.Ordinal) || text.Contains("https://", StringComparison.Ordinal), file);
            StringAssert.Contains(answer.Headers.GetValues("Content-Security-Policy").Single(), "default-src 'none'");
        }
    }

    /// <summary>True for a pixel between grey and the first label's orange.</summary>
    private static bool IsLabelColour(Volume picture, int step)
    {
        var (stride, width) = (Math.Max(1, picture.Shape.ChannelCount / 200_000), picture.Shape.Width);
        var i = (int)(step * stride);
        var (red, blue) = (picture.GetValue(0, 0, i / width, i % width), picture.GetValue(2, 0, i / width, i % width));
        return red - blue > 60;
    }
}
