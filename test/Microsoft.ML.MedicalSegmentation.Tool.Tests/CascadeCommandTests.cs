using Microsoft.ML.MedicalSegmentation;

namespace MedSeg;

/// <summary>Regions, cascades and the choice among configurations, from the command line.</summary>
[TestClass]
public sealed class CascadeCommandTests
{
    [TestMethod]
    public void Train_RegionsOfADatasetJson_ScoresThemInANewProcess()
    {
        using var folder = new TemporaryFolder();
        PhantomCases.Write(folder, 3);
        folder.Write("data/dataset.json", $$"""
            { "labels": { "background": 0, "whole": [1, 2], "core": 2 }, "regions_class_order": [1, 2],
              "training": [{{string.Join(
                ", ",
                Enumerable.Range(0, 3).Select(i => $$"""{ "image": "images/p{{i}}.nii.gz", "label": "labels/p{{i}}.nii.gz" }""")
            )}}] }
            """
        );

        var run = ProgramRun
            .Medseg(
                folder.Path,
                [
                    "train",
                    "data/dataset.json",
                    "--epochs",
                    "3",
                    "--width",
                    "4",
                    "--threads",
                    "1",
                    "--validation",
                    "0.34",
                    "--report",
                    "report",
                    "--output",
                    "regions.zip",
                ]
            )
            .Expect(0);
        StringAssert.Contains(run.Errors, "regions whole of 1+2, core of 2");
        StringAssert.Contains(File.ReadAllText(folder["report/training.html"]), "whole");
        ProgramRun.MedsegProcess(folder.Path, "score", "data/images/p0.nii.gz", "--model", "regions.zip").Expect(0);

        var found = VolumeFormats.OpenLabels(folder["predictions/p0.nii.gz"]).CountValues();
        Assert.IsTrue(found.Skip(3).All(count => count == 0) && found[1] + found[2] > 0, string.Join(", ", found.Take(9)));
        StringAssert.Contains(
            ProgramRun.Medseg(folder.Path, "train", "data/dataset.json", "--no-plan").Expect(2).Errors,
            "The data set has regions, which are trained by a plan"
        );
        StringAssert.Contains(
            ProgramRun.Medseg(folder.Path, "train", "data/dataset.json", "--loss", "dice").Expect(2).Errors,
            "regions have a loss of their own"
        );
    }

    [TestMethod]
    public void Train_AllConfigurations_WritesTheBestByCrossValidation()
    {
        using var folder = new TemporaryFolder();
        PhantomCases.Write(folder, 2);
        string[] command =
        [
            "train",
            "data",
            "--epochs",
            "1",
            "--width",
            "4",
            "--threads",
            "1",
            "--memory",
            "0.0015",
            "--folds",
            "2",
            "--configuration",
            "all",
        ];

        var run = ProgramRun.Medseg(folder.Path, [.. command, "--json"]).Expect(0);

        StringAssert.Contains(run.Errors, "Configurations: 2d, 3d_lowres, 3d_fullres, 3d_cascade_fullres.");
        using var result = System.Text.Json.JsonDocument.Parse(run.Output);
        var results = result.RootElement.GetProperty("results").EnumerateArray().ToList();
        Assert.HasCount(4 + 6, results);
        var best = results[0].GetProperty("configurations").EnumerateArray().Select(name => name.GetString()).ToList();
        CollectionAssert.AreEqual(
            best,
            result.RootElement.GetProperty("chosen").EnumerateArray().Select(name => name.GetString()).ToList()
        );
        var info = ProgramRun.Medseg(folder.Path, "info", "model.zip").Expect(0).Output;
        Assert.IsTrue(best.TrueForAll(name => info.Contains(name!, StringComparison.Ordinal)), info);
        ProgramRun.Medseg(folder.Path, "score", "data/images/p0.nii.gz", "--model", "model.zip").Expect(0);
        StringAssert.Contains(
            ProgramRun.Medseg(folder.Path, [.. command, "--fold", "0", "--patch", "16", "16", "16"]).Expect(2).Errors,
            "--fold and --patch belongs to one configuration or fold"
        );
    }

    [TestMethod]
    public void Train_CascadeAfterFoldsOfItsStage_IsChosenAmong()
    {
        using var folder = new TemporaryFolder();
        PhantomCases.Write(folder, 2);
        string[] Train(string configuration, params string[] more) =>
            [
                "train",
                "data",
                "--epochs",
                "1",
                "--width",
                "4",
                "--threads",
                "1",
                "--memory",
                "0.0015",
                "--configuration",
                configuration,
                "--folds",
                "2",
                "--output",
                $"{configuration}.zip",
                .. more,
            ];

        ProgramRun.Medseg(folder.Path, Train("3d_lowres")).Expect(0);
        var run = ProgramRun.Medseg(folder.Path, Train("3d_cascade_fullres", "--previous", "3d_lowres.zip")).Expect(0);

        StringAssert.Contains(run.Errors, "1 cases by 3d_lowres.fold-1.zip");
        Assert.IsFalse(run.Errors.Contains("may have been trained on them", StringComparison.Ordinal), run.Errors);
        var chosen = ProgramRun
            .MedsegProcess(folder.Path, "choose", "data", "3d_lowres.zip", "3d_cascade_fullres.zip", "--output", "best.zip", "--json")
            .Expect(0);
        using var result = System.Text.Json.JsonDocument.Parse(chosen.Output);
        var results = result.RootElement.GetProperty("results").EnumerateArray().ToList();
        Assert.HasCount(3, results);
        Assert.IsTrue(
            results
                .Zip(results.Skip(1))
                .All(pair => pair.First.GetProperty("dice").GetDouble() >= pair.Second.GetProperty("dice").GetDouble())
        );
        Assert.IsTrue(
            result.RootElement.GetProperty("dice").GetDouble() >= results[0].GetProperty("dice").GetDouble(),
            "Post-processing is kept where it helps."
        );
        ProgramRun.Medseg(folder.Path, "score", "data/images/p0.nii.gz", "--model", "best.zip").Expect(0);
        StringAssert.Contains(
            ProgramRun.Medseg(folder.Path, "choose", "data", "best.zip", "--output", "better.zip").Expect(2).Errors,
            "best.splits.json"
        );
    }
}
