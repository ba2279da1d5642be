using System.Xml.Linq;
using Microsoft.ML.MedicalSegmentation;
using Microsoft.ML.MedicalSegmentation.Phantoms;

namespace MedSeg;

[TestClass]
public sealed class StudyCommandTests
{
    [TestMethod]
    public void Study_Blocks_WritesTheTableAndThePlotOfTheTask()
    {
        using var folder = new TemporaryFolder();
        WriteHippocampus(folder);

        ProgramRun Study() =>
            ProgramRun
                .MedsegProcess(
                    folder.Path,
                    "study",
                    "--data",
                    "data",
                    "--task",
                    "hippocampus",
                    "--blocks",
                    "squeeze-excitation",
                    "--steps",
                    "2",
                    "--threads",
                    "1",
                    "-o",
                    "out"
                )
                .Expect(0);
        var run = Study();

        StringAssert.Contains(run.Output, "2 steps of 2 patches of 32 x 48 x 32 voxels; 4 cases to train on.");
        StringAssert.Contains(
            run.Output,
            "| block | parameters | training s | Dice body | Dice core | Dice mean | gain | 95 % interval | p | p, corrected | "
                + "HD95 body, mm | HD95 core, mm | misses |"
        );
        StringAssert.Contains(run.Output, "1 test cases; seeds 0.");
        StringAssert.Contains(run.Errors, "squeeze-excitation, seed 0: Dice 0.");
        Assert.AreEqual(run.Output.Trim(), File.ReadAllText(folder["out/study-blocks.md"]).Trim());
        Assert.AreEqual(3, File.ReadAllLines(folder["out/hippocampus-blocks/attention-study.tsv"]).Length);
        Assert.AreEqual(
            2,
            XDocument
                .Load(folder["out/hippocampus-blocks/attention-study.svg"])
                .Descendants()
                .Count(element => element.Name.LocalName == "circle")
        );
        Assert.AreEqual(run.Output, Study().Output, "Nothing is trained again, so that even seconds are the same.");
    }

    [TestMethod]
    public void Study_Pretraining_ComparesTheStartsCaseByCaseAndRepeatsNothing()
    {
        using var folder = new TemporaryFolder();
        WriteHippocampus(folder);
        ProgramRun Study(params string[] more) =>
            ProgramRun.Medseg(
                folder.Path,
                [
                    "study",
                    "--data",
                    "data",
                    "--task",
                    "hippocampus",
                    "--pretraining",
                    "--labelled",
                    "2",
                    "--steps",
                    "2",
                    "--pretraining-steps",
                    "2",
                    "--threads",
                    "1",
                    "-o",
                    "out",
                    .. more,
                ]
            );

        var run = Study().Expect(0);

        StringAssert.Contains(run.Output, "1 test cases; 4 images to pre-train on, 2 steps of 16 pairs of views of 24 x 32 x 24 voxels");
        StringAssert.Contains(run.Output, "| 2 | mean |");
        StringAssert.Contains(run.Errors, "encoder of seed 0: loss");
        Assert.AreEqual(run.Output.Trim(), File.ReadAllText(folder["out/study-pretraining.md"]).Trim());
        var again = Study().Expect(0);
        Assert.AreEqual(run.Output, again.Output);
        Assert.IsFalse(again.Errors.Contains("Epoch", StringComparison.Ordinal), again.Errors);
        StringAssert.Contains(Study("--labelled", "4").Expect(2).Errors, "from 1 to 3");
        StringAssert.Contains(Study("--blocks").Expect(2).Errors, "Give one of them");
    }

    [TestMethod]
    public void Study_OtherBudgets_AreKeptSideBySideAndNotRepeated()
    {
        using var folder = new TemporaryFolder();
        WriteHippocampus(folder);
        ProgramRun Study(string steps) =>
            ProgramRun
                .Medseg(
                    folder.Path,
                    "study",
                    "--data",
                    "data",
                    "--task",
                    "hippocampus",
                    "--network",
                    "Attention U-Net",
                    "--steps",
                    steps,
                    "--threads",
                    "1",
                    "-o",
                    "out"
                )
                .Expect(0);

        StringAssert.Contains(Study("1").Errors, "Attention U-Net, seed 0: Dice 0.");
        Assert.IsFalse(Study("1").Errors.Contains("Dice", StringComparison.Ordinal), "It was there.");
        var report = Study("2").Output;

        CollectionAssert.AreEquivalent(
            new[] { "hippocampus-attention-u-net-seed0-steps1.json", "hippocampus-attention-u-net-seed0-steps2.json" },
            Directory.GetFiles(folder["out"], "*.json").Select(Path.GetFileName).ToArray());
        Assert.AreEqual(2, report.Split('\n').Count(line => line.StartsWith("| Attention U-Net |", StringComparison.Ordinal)), report);
    }

    [TestMethod]
    public void Study_AWholeName_MeansThatNetworkAlone_AndABeginningAllThatBeginSo()
    {
        using var folder = new TemporaryFolder();
        WriteHippocampus(folder);
        IEnumerable<string> Trained(string name, string output)
        {
            ProgramRun
                .Medseg(
                    folder.Path,
                    "study",
                    "--data",
                    "data",
                    "--task",
                    "hippocampus",
                    "--network",
                    name,
                    "--steps",
                    "1",
                    "--threads",
                    "1",
                    "-o",
                    output
                )
                .Expect(0);
            return Directory.GetFiles(folder[output], "*.json").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);
        }

        CollectionAssert.AreEqual(new[] { "hippocampus-u-net-seed0-steps1.json" }, Trained("u-net", "whole").ToArray());
        CollectionAssert.AreEqual(
            new[] { "hippocampus-u-net-residual-encoder-seed0-steps1.json", "hippocampus-u-net-seed0-steps1.json" },
            Trained("U-N", "beginning").ToArray()
        );
    }

    [TestMethod]
    [DataRow("'se'; blocks: squeeze-excitation", "--blocks", "se")]
    [DataRow("Give one of them", "--blocks", "--network", "U-Net")]
    [DataRow("Tasks: hippocampus, nuclei, vessels", "--task", "liver")]
    [DataRow("No network's name begins with Unknown", "--network", "Unknown")]
    [DataRow("No network's name begins with Unknown", "--network", "U-Net", "Unknown")]
    [DataRow("MedT cannot be compared on a task with 3 spatial axes. Networks: U-Net, ", "--network", "MedT")]
    [DataRow("--steps", "--steps", "0")]
    public void Study_WhatItCannotDo_ReturnsTwoAndSaysWhatItCan(string fact, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        WriteHippocampus(folder);

        StringAssert.Contains(
            ProgramRun
                .Medseg(
                    folder.Path,
                    [
                        "study",
                        "--data",
                        "data",
                        "-o",
                        "out",
                        .. arguments,
                        .. arguments.Contains("--task") ? [] : new[] { "--task", "hippocampus" },
                    ]
                )
                .Expect(2)
                .Errors,
            fact
        );
        Assert.AreEqual(
            0,
            Directory.Exists(folder["out"]) ? Directory.GetFileSystemEntries(folder["out"]).Length : 0,
            "Nothing was trained."
        );
    }

    private static void WriteHippocampus(TemporaryFolder folder)
    {
        var options = new PhantomOptions { Shape = new(1, 32, 48, 32) };
        for (var i = 0; i < 5; i++)
        {
            var (image, labels) = Phantom.Create(i, options);
            VolumeFormats.Save(image, folder[$"data/hippocampus/imagesTr/p{i}.nii.gz"]);
            VolumeFormats.Save(labels, folder[$"data/hippocampus/labelsTr/p{i}.nii.gz"]);
        }

        folder.Write("data/hippocampus/dataset.json", $$"""
            {
                "name": "phantoms", "modality": { "0": "MRI" }, "labels": { "0": "background", "1": "body", "2": "core" },
                "training": [{{string.Join(
                ", ",
                Enumerable.Range(0, 5).Select(i => $$"""{ "image": "./imagesTr/p{{i}}.nii.gz", "label": "./labelsTr/p{{i}}.nii.gz" }""")
            )}}]
            }
            """);
    }
}
