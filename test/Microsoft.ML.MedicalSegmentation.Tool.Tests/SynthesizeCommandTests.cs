using System.Text.Json;
using Microsoft.ML.MedicalSegmentation;
using Microsoft.ML.MedicalSegmentation.Phantoms;

namespace MedSeg;

[TestClass]
public sealed class SynthesizeCommandTests
{
    [TestMethod]
    public void Synthesize_TrainedOnATable_ScoresAndIsEvaluated()
    {
        using var folder = new TemporaryFolder();
        Write(folder, 3);
        File.WriteAllLines(
            folder["pairs.csv"],
            [
                "case,source,target,lesion",
                .. Enumerable.Range(0, 3).Select(i => $"p{i},source/p{i}.nii.gz,target/p{i}.nii.gz,mask/p{i}.nii.gz"),
            ]
        );

        var train = ProgramRun
            .MedsegProcess(
                folder.Path,
                "synthesize",
                "train",
                "pairs.csv",
                "--mask",
                "lesion",
                "--epochs",
                "1",
                "--width",
                "4",
                "--patch",
                "16",
                "16",
                "16",
                "--difficulty",
                "--threads",
                "1",
                "--validation",
                "0.34",
                "--onnx",
                "g.onnx",
                "--json"
            )
            .Expect(0);
        using (var result = JsonDocument.Parse(train.Output))
        {
            Assert.AreEqual(
                (1, 2),
                (result.RootElement.GetProperty("validation").GetArrayLength(), result.RootElement.GetProperty("training").GetArrayLength())
            );
        }

        StringAssert.Contains(train.Errors, "Epoch 1/1");
        string[] score = ["synthesize", "score", "source", "--model", "synthesis.zip", "--difficulty", "difficulty"];
        StringAssert.Contains(ProgramRun.MedsegProcess(folder.Path, score).Expect(0).Output, "Synthesised 3 of 3 cases");
        StringAssert.Contains(ProgramRun.Medseg(folder.Path, score).Expect(0).Output, "3 unchanged and skipped");
        StringAssert.Contains(
            ProgramRun.Medseg(folder.Path, "score", "source", "--model", "synthesis.zip").Expect(2).Errors,
            "synthesises volumes"
        );
        var (given, made) = (
            VolumeFormats.ReadHeader(folder["source/p1.nii.gz"]),
            VolumeFormats.ReadHeader(folder["synthesized/p1.nii.gz"])
        );
        Assert.AreEqual(given.Shape, made.Shape);
        Assert.IsTrue(File.Exists(folder["g.onnx"]) && File.Exists(folder["difficulty/p2.nii.gz"]));

        File.Delete(folder["synthesized/p2.nii.gz"]);
        var evaluation = ProgramRun
            .MedsegProcess(
                folder.Path,
                "synthesize",
                "evaluate",
                "pairs.csv",
                "synthesized",
                "--mask",
                "lesion",
                "--csv",
                "errors.csv",
                "--json"
            )
            .Expect(4);

        using var errors = JsonDocument.Parse(evaluation.Output);
        Assert.AreEqual(2, errors.RootElement.GetProperty("mask").GetProperty("nmae").GetProperty("count").GetInt32());
        StringAssert.Contains(evaluation.Errors, "p2");
        Assert.AreEqual(1 + 4 + 1, File.ReadAllLines(folder["errors.csv"]).Length);
        StringAssert.Contains(
            ProgramRun.Medseg(folder.Path, "synthesize", "evaluate", ".", "synthesized", "--allow-missing").Expect(0).Output,
            "whole\tpsnr"
        );
    }

    [TestMethod]
    public void Synthesize_WhatCannotWork_IsRefusedBeforeTraining()
    {
        using var folder = new TemporaryFolder();
        Write(folder, 2);
        File.WriteAllLines(folder["images.csv"], ["image,label", "source/p0.nii.gz,target/p0.nii.gz"]);

        StringAssert.Contains(
            ProgramRun.Medseg(folder.Path, "synthesize", "train", "images.csv").Expect(2).Errors,
            "There is no column 'source'"
        );
        StringAssert.Contains(
            ProgramRun.Medseg(folder.Path, "synthesize", "train", ".", "--mask", "source/nowhere").Expect(2).Errors,
            "nowhere"
        );
        StringAssert.Contains(
            ProgramRun.Medseg(folder.Path, "synthesize", "train", ".", "--output", "target/p1.nii.gz").Expect(2).Errors,
            "is an input of this command"
        );
        StringAssert.Contains(
            ProgramRun.Medseg(folder.Path, "synthesize", "train", ".", "--epochs", "0", "--difficulty-weight", "-1").Expect(2).Errors,
            "Losses.DifficultyWeight is -1"
        );
        var help = ProgramRun.Medseg(folder.Path, "synthesize", "--help").Expect(0).Output;
        foreach (var command in new[] { "train", "score", "evaluate" })
        {
            StringAssert.Contains(help, command);
        }
    }

    private static void Write(TemporaryFolder folder, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var (image, labels) = Phantom.Create(i, new PhantomOptions { Shape = new(1, 16, 16, 16) });
            VolumeFormats.Save(image, folder[$"source/p{i}.nii.gz"]);
            VolumeFormats.Save(
                Volume.Create(image.Voxels.ToArray().Select(value => 1000 - (200 * value)).ToArray(), image.Shape, image.Geometry),
                folder[$"target/p{i}.nii.gz"]
            );
            VolumeFormats.Save(labels, folder[$"mask/p{i}.nii.gz"]);
        }
    }
}
