using System.Text.Json;
using Microsoft.ML.MedicalSegmentation;

namespace MedSeg;

[TestClass]
public sealed class ClassifyCommandTests
{
    [TestMethod]
    public void TrainEvaluateScoreExplain_OnImageFolders_WorkTogether()
    {
        using var folder = new TemporaryFolder();
        WriteImages(folder, "data/train", 12, 0);
        WriteImages(folder, "data/test", 6, 100);

        using var trained = JsonDocument.Parse(
            ProgramRun
                .MedsegProcess(
                    folder.Path,
                    "classify",
                    "train",
                    "data",
                    "-o",
                    "m/c.zip",
                    "--width",
                    "4",
                    "--attention",
                    "convolutional-block-attention",
                    "--epochs",
                    "2",
                    "--batch",
                    "4",
                    "--validation",
                    "0.25",
                    "--balanced",
                    "--threads",
                    "1",
                    "--json"
                )
                .Expect(0)
                .Output
        );
        Assert.AreEqual(2, trained.RootElement.GetProperty("epochs").GetInt32());
        Assert.AreEqual(6, trained.RootElement.GetProperty("test").GetProperty("images").GetInt32());

        using var evaluated = JsonDocument.Parse(
            ProgramRun
                .MedsegProcess(folder.Path, "classify", "evaluate", "data", "-m", "m/c.zip", "--compare", "m/c.zip", "--json")
                .Expect(0)
                .Output
        );
        Assert.AreEqual(
            trained.RootElement.GetProperty("test").GetProperty("auc").GetDouble(),
            evaluated.RootElement.GetProperty("evaluation").GetProperty("auc").GetDouble()
        );
        Assert.AreEqual(0, evaluated.RootElement.GetProperty("comparison").GetProperty("difference").GetDouble());
        StringAssert.Contains(
            ProgramRun.Medseg(folder.Path, "classify", "evaluate", "data", "-m", "m/c.zip", "--part", "train").Expect(0).Output,
            "12 images, AUC"
        );

        ProgramRun.MedsegProcess(folder.Path, "classify", "score", "data/test/square", "-m", "m/c.zip", "-o", "scores.csv").Expect(0);
        var rows = File.ReadAllLines(folder["scores.csv"]);
        Assert.AreEqual("path,predicted,plain,square", rows[0]);
        Assert.HasCount(4, rows);

        ProgramRun
            .Medseg(folder.Path, "explain", "m/c.zip", "data/test/square/1.png", "-o", "maps", "--class", "square", "--maps", "layer4*")
            .Expect(0);
        Assert.IsTrue(File.Exists(folder["maps/grad-cam.square.png"]));
        Assert.IsTrue(
            Directory.GetFiles(folder["maps"], "layer4*relevance.png").Length > 0,
            string.Join(", ", Directory.GetFiles(folder["maps"]))
        );
        StringAssert.Contains(ProgramRun.Medseg(folder.Path, "info", "m/c.zip").Expect(0).Output, "plain, square");
        StringAssert.Contains(
            ProgramRun.Medseg(folder.Path, "score", "data/test/square", "-m", "m/c.zip").Expect(2).Errors,
            "classify score"
        );
    }

    [TestMethod]
    public void Classify_BadInput_IsNamed()
    {
        using var folder = new TemporaryFolder();
        WriteImages(folder, "data/plain-only", 1, 0);
        StringAssert.Contains(ProgramRun.Medseg(folder.Path, "classify", "train", "missing").Expect(2).Errors, "missing");
        StringAssert.Contains(ProgramRun.Medseg(folder.Path, "classify", "train", "data/plain-only").Expect(2).Errors, "There is 1 class");
        StringAssert.Contains(
            ProgramRun.Medseg(folder.Path, "classify", "score", "data", "-m", "missing.zip").Expect(2).Errors,
            "missing.zip"
        );
    }

    private static void WriteImages(TemporaryFolder folder, string part, int count, int seed)
    {
        for (var i = 0; i < count; i++)
        {
            var random = new Random(seed + i);
            var voxels = new byte[24 * 24];
            random.NextBytes(voxels);
            for (var at = 0; at < voxels.Length; at++)
            {
                voxels[at] = (byte)(80 + (voxels[at] / 8) + (i % 2 == 1 && at / 24 is > 8 and < 16 && at % 24 is > 8 and < 16 ? 100 : 0));
            }

            VolumeFormats.Save(Volume.Create(voxels, new(1, 1, 24, 24)), folder[$"{part}/{(i % 2 == 1 ? "square" : "plain")}/{i}.png"]);
        }
    }
}
