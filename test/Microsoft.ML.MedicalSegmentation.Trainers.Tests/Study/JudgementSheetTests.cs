using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using MedSeg;
using Microsoft.ML.MedicalSegmentation.Explanation;

namespace Microsoft.ML.MedicalSegmentation.Study;

[TestClass]
public sealed partial class JudgementSheetTests
{
    // Runs in the page: answers the first two pairs, saves, and reads what was saved; the title carries the result.
    private const string Probe = """
        <script>
        const saved = [];
        URL.createObjectURL = blob => { saved.push(blob); return 'blob:none'; };
        HTMLAnchorElement.prototype.click = function () { saved.push(this.download); };
        document.querySelector('input[name=pair-1][value=left]').click();
        document.querySelector('input[name=pair-2][value=alike]').click();
        document.querySelector('input[name=pair-1-remark]').value = 'at the hilum';
        document.querySelector('form').requestSubmit();
        saved[0].text().then(text => {
          document.title = JSON.stringify({
            text, name: saved[1], wide: document.documentElement.scrollWidth - window.innerWidth,
            images: [...document.images].every(image => image.complete && image.naturalWidth > 0), count: document.images.length,
            labelled: [...document.images].every(image => image.alt), state: document.getElementById('state').textContent });
        });
        </script>
        """;

    [TestMethod]
    public void Sheet_InABrowser_SavesAnswersThatTheKeyTells()
    {
        using var folder = new TemporaryFolder();
        var pairs = Enumerable.Range(0, 4).Select(Pair).ToList();
        JudgementSheet.Write(folder.Path, "Which map is better?", "plain", "attentive", pairs, seed: 3);
        var page = File.ReadAllText(folder[JudgementSheet.PageName]);
        foreach (var hidden in new[] { "attentive", "patient-1" })
        {
            Assert.IsFalse(page.Contains(hidden, StringComparison.Ordinal), $"the sheet must not say '{hidden}'");
        }

        Assert.IsFalse(page.Contains("http", StringComparison.Ordinal) && page.Contains("src=\"http", StringComparison.Ordinal));
        File.WriteAllText(folder["probed.html"], page.Replace("</body>", Probe + "</body>", StringComparison.Ordinal));
        foreach (var width in new[] { 1200, 500 })
        {
            var (document, console) = Browser.Open(folder["probed.html"], width, folder[$"profile{width}/x"]);

            Assert.AreEqual("", console);
            using var seen = JsonDocument.Parse(WebUtility.HtmlDecode(Title().Match(document).Groups[1].Value));
            Assert.IsTrue(seen.RootElement.GetProperty("wide").GetInt32() <= 0);
            Assert.IsTrue(seen.RootElement.GetProperty("images").GetBoolean() && seen.RootElement.GetProperty("labelled").GetBoolean());
            Assert.AreEqual(12, seen.RootElement.GetProperty("count").GetInt32());
            Assert.AreEqual("judgement-answers.json", seen.RootElement.GetProperty("name").GetString());
            Assert.AreEqual("Saved 2 of 4 answers.", seen.RootElement.GetProperty("state").GetString());
            folder.Write("answers.json", seen.RootElement.GetProperty("text").GetString()!);
        }

        var tally = JudgementTally.Of(folder[JudgementSheet.KeyName], [folder["answers.json"]]);
        using var key = JsonDocument.Parse(File.ReadAllText(folder[JudgementSheet.KeyName]));
        var left = key.RootElement.GetProperty("pairs")[0].GetProperty("left").GetString()!;
        Assert.AreEqual(1, tally.Preferred[left]);
        Assert.AreEqual(1, tally.Preferred.Values.Sum());
        Assert.AreEqual((1, 0, 1), (tally.Alike, tally.Neither, tally.Readers));
    }

    [TestMethod]
    public void Tally_OfAnotherSheet_Fails_AndTheSignTestIsTheBinomial()
    {
        using var folder = new TemporaryFolder();
        JudgementSheet.Write(folder.Path, "Maps", "a", "b", [.. Enumerable.Range(0, 9).Select(Pair)], seed: 1);
        using var key = JsonDocument.Parse(File.ReadAllText(folder[JudgementSheet.KeyName]));
        var pairs = key.RootElement.GetProperty("pairs").EnumerateArray().ToList();
        string Answers(string sheet) =>
            JsonSerializer.Serialize(
                new
                {
                    format = JudgementSheet.Format,
                    sheet,
                    reader = "1",
                    answers = pairs.Select(
                        (pair, at) =>
                            new
                            {
                                pair = pair.GetProperty("pair").GetString(),
                                choice = pair.GetProperty("left").GetString() == (at == 0 ? "a" : "b") ? "left" : "right",
                                remark = "",
                            }
                    ),
                }
            );
        folder.Write("answers.json", Answers(key.RootElement.GetProperty("sheet").GetString()!));

        var tally = JudgementTally.Of(folder[JudgementSheet.KeyName], [folder["answers.json"]]);

        Assert.AreEqual((1, 8), (tally.Preferred["a"], tally.Preferred["b"]));
        Assert.AreEqual(2 * 10.0 / 512, tally.PValue, 1e-12); // (1 + 9) / 2^9, two-sided
        folder.Write("other.json", Answers("0"));
        StringAssert.Contains(
            Assert
                .ThrowsExactly<InputDataException>(() => JudgementTally.Of(folder[JudgementSheet.KeyName], [folder["other.json"]]))
                .Message,
            "of sheet"
        );
    }

    private static JudgementPair Pair(int number)
    {
        var image = Volume.Create(Enumerable.Range(0, 64).Select(i => (byte)(i * 3)).ToArray(), new(1, 1, 8, 8));
        ExplanationMap Map(int offset) =>
            new("grad-cam", Volume.Create(Enumerable.Range(0, 64).Select(i => (float)((i + offset) % 9)).ToArray(), new(1, 1, 8, 8)));
        return new($"patient-{number}", "pneumonia", image, Map(number), Map(number + 4));
    }

    [GeneratedRegex("<title>(.*?)</title>", RegexOptions.Singleline)]
    private static partial Regex Title();
}
