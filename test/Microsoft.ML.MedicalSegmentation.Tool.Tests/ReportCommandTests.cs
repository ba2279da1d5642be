using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML.MedicalSegmentation;

namespace MedSeg;

[TestClass]
public sealed partial class ReportCommandTests
{
    // Runs in the page after the viewer is ready: measures, presses keys, looks at pixels; the title carries the result.
    private const string Probe = """
        <script>
        const wait = setInterval(() => {
          if (document.body.dataset.viewer !== 'ready') return;
          clearInterval(wait);
          const canvases = [...document.querySelectorAll('canvas')].filter(canvas => canvas.offsetParent);
          const bright = canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some((value, i) => i % 4 < 3 && value > 60);
          const range = document.querySelector('.plane input');
          const before = +range.value;
          canvases[0].dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowUp', bubbles: true }));
          const moved = +range.value - before;
          const select = document.getElementById('v-case');
          const pixels = () => canvases[0].toDataURL();
          const first = pixels();
          const opacity = document.getElementById('v-opacity');
          opacity.value = 100;
          opacity.dispatchEvent(new Event('input', { bubbles: true }));
          const focusable = [...document.querySelectorAll('#viewer canvas, #viewer input, #viewer select')].every(element => element.tabIndex >= 0);
          document.title = JSON.stringify({
            wide: document.documentElement.scrollWidth - window.innerWidth, planes: canvases.length, bright: canvases.every(bright), moved,
            cases: select.options.length, opacity: pixels() !== first, focusable, truth: document.querySelectorAll('.legend span').length });
        }, 50);
        </script>
        """;

    [TestMethod]
    public void Report_InABrowser_IsUsableWideAndOnAPhoneWithoutConsoleErrors()
    {
        using var folder = new TemporaryFolder();
        WriteCases(folder);
        ProgramRun.MedsegProcess(folder.Path, "report", "cases.csv", "predicted", "--group", "scanner", "-o", "report.html").Expect(0);
        File.WriteAllText(
            folder["probed.html"],
            File.ReadAllText(folder["report.html"]).Replace("</body>", Probe + "</body>", StringComparison.Ordinal)
        );
        foreach (var width in new[] { 1200, 500 })
        {
            var (document, console) = Browser.Open(folder["probed.html"], width, folder[$"profile{width}/x"]);

            Assert.AreEqual("", console);
            using var seen = JsonDocument.Parse(System.Net.WebUtility.HtmlDecode(Title().Match(document).Groups[1].Value));
            int Number(string name) => seen.RootElement.GetProperty(name).GetInt32();
            Assert.IsTrue(Number("wide") <= 0, $"the page is {Number("wide")} pixels too wide at {width}");
            Assert.AreEqual(3, Number("planes"));
            Assert.AreEqual(1, Number("moved"));
            Assert.AreEqual(4, Number("cases"));
            Assert.AreEqual(2, Number("truth"));
            foreach (var name in new[] { "bright", "opacity", "focusable" })
            {
                Assert.IsTrue(seen.RootElement.GetProperty(name).GetBoolean(), $"{name} at {width}");
            }
        }
    }

    [TestMethod]
    public void ReportOfPictures_InABrowser_ShowsOnePlane()
    {
        var source = TestData.RequireData("2d/dsb2018");
        using var folder = new TemporaryFolder();
        var image = Directory
            .EnumerateFiles(source, "*.png", SearchOption.AllDirectories)
            .First(path => VolumeFormats.ReadHeader(path).Shape.Channels >= 3);
        var shape = VolumeFormats.ReadHeader(image).Shape.WithChannels(1);
        var label = LabelVolume.Create([.. Enumerable.Range(0, (int)shape.Count).Select(i => (byte)(i % 97 < 30 ? 1 : 0))], shape);
        VolumeFormats.Save(label, folder["label.png"]);
        VolumeFormats.Save(VolumeFormats.OpenLabels(folder["label.png"]), folder["predicted/one.nii.gz"]);
        File.WriteAllLines(folder["cases.csv"], ["case,image,label", $"one,{Path.GetFullPath(image)},label.png"]);
        ProgramRun.Medseg(folder.Path, "report", "cases.csv", "predicted", "--metrics", "dice").Expect(0);
        File.WriteAllText(
            folder["probed.html"],
            File.ReadAllText(folder["report.html"]).Replace("</body>", Probe + "</body>", StringComparison.Ordinal)
        );

        var (document, console) = Browser.Open(folder["probed.html"], 1000, folder["profile/x"]);

        Assert.AreEqual("", console);
        using var seen = JsonDocument.Parse(System.Net.WebUtility.HtmlDecode(Title().Match(document).Groups[1].Value));
        Assert.AreEqual(1, seen.RootElement.GetProperty("planes").GetInt32());
        Assert.IsTrue(seen.RootElement.GetProperty("bright").GetBoolean());
    }

    [TestMethod]
    public void Report_CasesWithoutPrediction_AreNamedAndCounted()
    {
        using var folder = new TemporaryFolder();
        WriteCases(folder);
        File.Delete(folder["predicted/p2.nii.gz"]);
        ProgramRun.Medseg(folder.Path, "report", "cases.csv", "predicted", "--metrics", "dice").Expect(4);
        StringAssert.Contains(File.ReadAllText(folder["report.html"]), "1 of 4 cases have no prediction and are in no mean: p2");
    }

    [TestMethod]
    public void Evaluate_ByGroup_GivesEachGroupItsMeans()
    {
        using var folder = new TemporaryFolder();
        WriteCases(folder);
        using var result = JsonDocument.Parse(
            ProgramRun.Medseg(folder.Path, "evaluate", "cases.csv", "predicted", "--group", "scanner", "--json").Expect(0).Output
        );
        var groups = result.RootElement.GetProperty("groups");
        CollectionAssert.AreEqual(
            new[] { "even", "odd" },
            groups.EnumerateArray().Select(group => group.GetProperty("name").GetString()).ToArray()
        );
        Assert.AreEqual(2, groups[0].GetProperty("cases").GetInt32());
        StringAssert.Contains(
            ProgramRun.Medseg(folder.Path, "evaluate", "data", "predicted", "--group", "scanner").Expect(2).Errors,
            "--group-table"
        );
        StringAssert.Contains(
            ProgramRun
                .Medseg(folder.Path, "evaluate", "data", "predicted", "--group", "scanner", "--group-table", "cases.csv")
                .Expect(0)
                .Output,
            "odd"
        );
    }

    // Four phantoms; predictions are the labels, shifted along x by as many voxels as the number of the case.
    private static void WriteCases(TemporaryFolder folder)
    {
        PhantomCases.Write(folder, 4);
        List<string> lines = ["case,image,label,scanner"];
        for (var i = 0; i < 4; i++)
        {
            var labels = VolumeFormats.OpenLabels(folder[$"data/labels/p{i}.nii.gz"]);
            var (old, moved) = (labels.Voxels.Bytes.ToArray(), new byte[labels.Shape.Count]);
            Array.Copy(old, 0, moved, i, old.Length - i);
            VolumeFormats.Save(LabelVolume.Create(moved, labels.Shape, labels.Geometry), folder[$"predicted/p{i}.nii.gz"]);
            lines.Add($"p{i},data/images/p{i}.nii.gz,data/labels/p{i}.nii.gz,{(i % 2 == 0 ? "even" : "odd")}");
        }

        File.WriteAllLines(folder["cases.csv"], lines);
    }

    [GeneratedRegex("<title>(.*?)</title>")]
    private static partial Regex Title();
}
