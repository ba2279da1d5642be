using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Microsoft.ML.MedicalSegmentation.Reports;

[TestClass]
public sealed partial class SegmentationReportTests
{
    [TestMethod]
    public void SaveReport_HoldsFiguresDefinitionsMissingCasesChecksAndCard()
    {
        var html = Write(
            new()
            {
                Title = "Left <b>& right</b>",
                InputsChecked = 3,
                InputWarnings = [("case0", "The spacing is odd.")],
                Card = new()
                {
                    Name = "model",
                    IntendedUse = "Tests",
                    Results = [new("test", "dice", "mean", 0.5, null, null, 1)],
                },
            }
        );

        foreach (
            var part in new[]
            {
                "Left &lt;b&gt;&amp; right&lt;/b&gt;",
                "1 of 4 cases have no prediction and are in no mean: lost",
                "2 TP / (2 TP + FP + FN)",
                "95th percentile of the distances of both surfaces together",
                "n = 3",
                "The spacing is odd.",
                "Tests",
                "dice 0.500 on 1 test cases",
                "is excluded for that structure, and counted",
            }
        )
        {
            StringAssert.Contains(html, part);
        }
    }

    [TestMethod]
    public void SaveReport_RefersToNothingOutsideItself()
    {
        var html = Write(new() { Cases = Cases() });
        Assert.AreEqual(0, Reference().Count(html));
        StringAssert.Contains(html, "default-src 'none'");
    }

    [TestMethod]
    public void SaveReport_NamesThatAreMarkup_StayText()
    {
        var html = Write(
            new()
            {
                Cases =
                [
                    .. Cases().Select(one => one with { Name = one.Name == "case0" ? "</script><script>alert(1)</script>" : one.Name }),
                ],
            },
            rename: "</script><script>alert(1)</script>"
        );
        Assert.IsFalse(html.Contains("<script>alert", StringComparison.Ordinal));
    }

    [TestMethod]
    public void SaveReport_EmbedsTheWorstCasesFirst_WithTheirVoxels()
    {
        var html = Write(new() { Cases = Cases(), WorstCases = 1, BestCases = 1 });

        var shown = Data().Matches(html).Select(match => JsonDocument.Parse(match.Groups[1].Value).RootElement).ToList();
        CollectionAssert.AreEqual(new[] { "case2", "case0" }, shown.Select(one => one.GetProperty("name").GetString()).ToArray());
        var best = Draw(0);
        Assert.AreEqual("[6,5,4]", shown[1].GetProperty("size").GetRawText());
        CollectionAssert.AreEqual(best.Truth.Voxels.Bytes.ToArray(), Unpack(shown[1].GetProperty("truth").GetString()));
        var image = Unpack(shown[1].GetProperty("image")[0].GetString());
        Assert.AreEqual(0, image[0]);
        Assert.AreEqual(255, image[^1]);
    }

    [TestMethod]
    public void SaveReport_VolumesAboveTheLongestSide_AreTakenAtEverySecondVoxel()
    {
        var labels = LabelVolume.Create(new byte[40 * 20], new(1, 1, 20, 40));
        var evaluator = new SegmentationEvaluator([new(1, "a")], EmptyPolicy.One);
        evaluator.Add(labels, labels, "one");
        var html = Write(
            evaluator.ToMetrics(),
            new() { LongestSide = 20, Cases = [new("one", () => labels.Voxels, () => labels, () => labels)] }
        );
        StringAssert.Contains(html, "\"size\":[20,20,1]");
        StringAssert.Contains(html, "\"steps\":[2,1,1]");
    }

    [TestMethod]
    public void SaveReport_CaseOfTwoGrids_FailsAndLeavesNoFile()
    {
        using var folder = new TemporaryFolder();
        var other = LabelVolume.Create(new byte[8], new(1, 2, 2, 2));
        var cases = Cases();
        cases[0] = cases[0] with { Prediction = () => other };
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => Evaluate().SaveReport(folder["r.html"], new() { Cases = cases })).Message,
            "case0"
        );
        Assert.AreEqual(0, Directory.GetFiles(folder.Path).Length);
        Assert.ThrowsExactly<ArgumentException>(() => Evaluate().SaveReport(folder["r.html"], new() { LongestSide = 5, WorstCases = -1 }));
    }

    private static string Write(ReportOptions options, string? rename = null) => Write(Evaluate(rename), options);

    private static string Write(SegmentationMetrics metrics, ReportOptions options)
    {
        using var folder = new TemporaryFolder();
        metrics.SaveReport(folder["report.html"], options);
        return File.ReadAllText(folder["report.html"]);
    }

    private static SegmentationMetrics Evaluate(string? rename = null)
    {
        var evaluator = new SegmentationEvaluator([new(1, "a"), new(2, "b")], metrics: MetricList.Find("dice", "hd95"));
        for (var i = 0; i < 3; i++)
        {
            var (_, truth, prediction) = Draw(i);
            evaluator.Add(truth, prediction, i == 0 && rename is not null ? rename : $"case{i}");
        }

        return evaluator.ToMetrics().WithMissingCases(["lost"]);
    }

    private static List<ReportCase> Cases() =>
        [
            .. Enumerable
                .Range(0, 3)
                .Select(i => new ReportCase($"case{i}", () => Draw(i).Image, () => Draw(i).Truth, () => Draw(i).Prediction)),
        ];

    // The higher the number, the fewer voxels are right.
    private static (Volume Image, LabelVolume Truth, LabelVolume Prediction) Draw(int i)
    {
        var shape = new VolumeShape(1, 4, 5, 6);
        var truth = Enumerable.Range(0, 120).Select(at => (byte)(at % 3)).ToArray();
        var prediction = truth.Select((label, at) => at % 10 < 2 * i ? (byte)0 : label).ToArray();
        return (
            Volume.Create<short>([.. Enumerable.Range(0, 120).Select(at => (short)at)], shape),
            LabelVolume.Create(truth, shape),
            LabelVolume.Create(prediction, shape)
        );
    }

    private static byte[] Unpack(string? text)
    {
        using var gzip = new GZipStream(new MemoryStream(Convert.FromBase64String(text ?? "")), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        gzip.CopyTo(bytes);
        return bytes.ToArray();
    }

    [GeneratedRegex("<script type=\"application/json\" class=\"v-data\">(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Data();

    [GeneratedRegex("https?://|src=|url\\(|@import|//[a-z]+\\.")]
    private static partial Regex Reference();
}
