using System.Text.Json;
using Microsoft.ML.MedicalSegmentation;

namespace MedSeg;

/// <summary>Lists of cases on the command line: trained on, scored and evaluated by name.</summary>
[TestClass]
public sealed class CaseListCommandTests
{
    [TestMethod]
    public void ChannelFiles_AreTrainedScoredAndEvaluatedByTheNamesOfTheirCases()
    {
        var data = TestData.RequireCase("ds-monai-image-list/monai-list");
        var unlabelled = TestData.RequireCase("ds-unlabelled-cases/ts2");
        using var folder = new TemporaryFolder();
        ProgramRun
            .Medseg(
                folder.Path,
                ["train", data, .. "--no-plan --epochs 1 --width 4 --patch 32 32 32 --validation 0 --output m.zip".Split(' ')]
            )
            .Expect(0);

        foreach (
            var (input, expected) in new[] { ("dataset.json", "a b"), ("t.csv", "a"), ("t2.csv", "a"), ("imagesTs", "a b"), ("x", "a b") }
        )
        {
            ProgramRun.Medseg(folder.Path, "score", Path.Combine(unlabelled, input), "-m", "m.zip", "-o", input).Expect(0);
            Assert.AreEqual(
                expected,
                string.Join(
                    ' ',
                    Directory
                        .GetFiles(folder[input])
                        .Select(path => Path.GetFileName(path)[..^".nii.gz".Length])
                        .Order(StringComparer.Ordinal)
                ),
                input
            );
        }

        // The case that is listed for training and for testing is scored once.
        ProgramRun.Medseg(folder.Path, "score", data, "-m", "m.zip", "-o", "all").Expect(0);
        using var result = JsonDocument.Parse(ProgramRun.Medseg(folder.Path, "evaluate", data, "all", "--json").Expect(0).Output);
        StringAssert.Contains(result.RootElement.GetRawText(), "\"a\"");
    }

    [TestMethod]
    public void IgnoredLabel_IsTrainedWithoutAnOutput()
    {
        var data = TestData.RequireCase("ds-ignore-label/v2-ignore");
        using var folder = new TemporaryFolder();
        ProgramRun
            .Medseg(
                folder.Path,
                ["train", data, .. "--no-plan --epochs 1 --width 4 --patch 32 32 32 --validation 0.34 --output m.zip".Split(' ')]
            )
            .Expect(0);
        var info = Info(folder);
        CollectionAssert.AreEqual(
            new[] { "background", "x" },
            info.GetProperty("classes").EnumerateArray().Select(c => c.GetProperty("name").GetString()).ToArray()
        );
        ProgramRun.Medseg(folder.Path, "score", data, "-m", "m.zip", "-o", "out").Expect(0);
        ProgramRun.Medseg(folder.Path, "evaluate", data, "out").Expect(0);
    }

    [TestMethod]
    public void SlicesAmongVolumes_AreTrainedInThreeDimensionsWhateverTheSeed()
    {
        var data = TestData.RequireCase("ds-slices-and-volumes/oneslice-mixed");
        using var folder = new TemporaryFolder();
        foreach (var seed in new[] { "0", "2" })
        {
            ProgramRun
                .Medseg(
                    folder.Path,
                    [
                        "train",
                        data,
                        "--seed",
                        seed,
                        .. "--no-plan --epochs 1 --width 4 --patch 32 32 32 --validation 0.34 --output m.zip".Split(' '),
                    ]
                )
                .Expect(0);
            Assert.AreEqual(3, Info(folder).GetProperty("spatialDimensions").GetInt32(), $"seed {seed}");
        }
    }

    [TestMethod]
    public void JpegMasksWithoutNamedClasses_AreNotTrainedOn()
    {
        using var folder = new TemporaryFolder();
        var run = ProgramRun
            .Medseg(
                folder.Path,
                ["train", TestData.RequireCase("ds-jpeg-masks/jpgmask"), .. "--no-plan --epochs 1 --validation 0 --output m.zip".Split(' ')]
            )
            .Expect(2);
        StringAssert.Contains(run.Errors, "compressed with loss (JPEG)");
        Assert.IsFalse(File.Exists(folder["m.zip"]));
    }

    [TestMethod]
    public void CasesOfOneStem_GetFilesOfTheirOwnOrAnErrorBeforeScoring()
    {
        using var folder = new TemporaryFolder();
        PhantomCases.Write(folder, 2);
        foreach (var (table, refused) in new[] { ("t.csv", "'p1/scan' cannot be a file name"), ("t2.csv", (string?)null) })
        {
            // The tables name files of another machine; the same cases here.
            var lines = File.ReadAllLines(TestData.RequireCase(Path.Combine("ds-same-stem/collide", table)));
            folder.Write(
                table,
                string.Join(
                    '\n',
                    [lines[0], .. lines[1..].Select((line, i) => $"{line.Split(',')[0]},data/images/p{i}.nii.gz,data/labels/p{i}.nii.gz")]
                )
            );
            var output = Path.Combine(folder.Path, "out-" + table);
            var run = ProgramRun.Medseg(folder.Path, "score", table, "-m", SharedModel.Path, "-o", output).Expect(refused is null ? 0 : 2);
            StringAssert.Contains(run.Errors, refused ?? "");
            Assert.AreEqual(refused is null ? 2 : 0, Directory.Exists(output) ? Directory.GetFiles(output).Length : 0);
        }
    }

    [TestMethod]
    public void Train_CasesOfOnePatient_StayTogether()
    {
        using var folder = new TemporaryFolder();
        PhantomCases.Write(folder, 4);
        folder.Write(
            "t.csv",
            "image,label,patient\n"
                + string.Concat(
                    Enumerable.Range(0, 4).Select(i => $"data/images/p{i}.nii.gz,data/labels/p{i}.nii.gz,{(i < 2 ? "one" : "two")}\n")
                )
        );
        var run = ProgramRun
            .Medseg(
                folder.Path,
                [.. "train t.csv --no-plan --epochs 1 --width 4 --patch 32 32 32 --validation 0.25 --json --output m.zip".Split(' ')]
            )
            .Expect(0);
        using var result = JsonDocument.Parse(run.Output);
        var validation = string.Join(
            ' ',
            result.RootElement.GetProperty("validation").EnumerateArray().Select(id => id.GetString()).Order(StringComparer.Ordinal)
        );
        Assert.IsTrue(validation is "p0 p1" or "p2 p3", validation);
    }

    private static JsonElement Info(TemporaryFolder folder)
    {
        using var info = JsonDocument.Parse(ProgramRun.Medseg(folder.Path, "info", "m.zip", "--json").Expect(0).Output);
        return info.RootElement.GetProperty("segmentation").Clone();
    }
}
