using System.Text.Json;
using Microsoft.ML.MedicalSegmentation;
using Microsoft.ML.MedicalSegmentation.Phantoms;

namespace MedSeg;

[TestClass]
public sealed class CommandTests
{
    [TestMethod]
    public void Info_RealVolume_TellsSizeSpacingAndOrientation()
    {
        var path = TestData.RequireData("hippocampus/imagesTr/hippocampus_001.nii.gz");
        using var folder = new TemporaryFolder();
        using var info = JsonDocument.Parse(
            ProgramRun.MedsegProcess(folder.Path, "info", Path.GetFullPath(path), "--json").Expect(0).Output
        );
        Assert.AreEqual("NIfTI-1", info.RootElement.GetProperty("format").GetString());
        Assert.AreEqual(51, info.RootElement.GetProperty("shape").GetProperty("height").GetInt32());
        Assert.AreEqual("RAS", info.RootElement.GetProperty("orientation").GetString());
    }

    [TestMethod]
    public void Info_FolderOfSeveralSeries_ListsThemWithoutPatients()
    {
        var source = TestData.RequireData("formats/seg/dcmqi");
        using var folder = new TemporaryFolder();
        File.Copy(Path.Combine(source, "liver.dcm"), folder["all/liver.dcm"]);
        foreach (var file in Directory.GetFiles(Path.Combine(source, "ct-3slice")))
        {
            File.Copy(file, folder[$"all/{Path.GetFileName(file)}"]);
        }

        using var info = JsonDocument.Parse(ProgramRun.Medseg(folder.Path, "info", "all", "--json").Expect(0).Output);
        var series = info
            .RootElement.GetProperty("series")
            .EnumerateArray()
            .ToDictionary(
                one => one.GetProperty("modality").GetString()!,
                one => (Files: one.GetProperty("files").GetInt32(), Frames: one.GetProperty("frames").GetInt32())
            );
        Assert.AreEqual((3, 3), series["CT"]);
        Assert.AreEqual(1, series["SEG"].Files);
        StringAssert.Contains(ProgramRun.Medseg(folder.Path, "info", "all").Expect(0).Output, "CT\t512 x 512 x 3\t");
    }

    [TestMethod]
    [DataRow("info", "missing.nii", "missing.nii")]
    [DataRow("info", "text.nii", "none of the known formats")]
    [DataRow("score missing.nii --model", "missing.zip", "missing.zip")]
    [DataRow("score text.nii --model", "text.nii", "text.nii")]
    [DataRow("train", "missing", "missing")]
    [DataRow("evaluate missing", "predictions", "missing")]
    public void AnyCommand_BadInput_NamesItAndReturnsTwo(string command, string file, string said)
    {
        using var folder = new TemporaryFolder();
        folder.Write("text.nii", "This is not a volume.");
        var run = ProgramRun.MedsegProcess(folder.Path, [.. command.Split(' '), file]).Expect(2);
        StringAssert.Contains(run.Errors, said);
        Assert.IsFalse(run.Errors.Contains("   at ", StringComparison.Ordinal), "a stack trace is not a message");
        CollectionAssert.AreEqual(new[] { "text.nii" }, Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).ToArray());
    }

    [TestMethod]
    public void UnknownCommand_ReturnsTwo() => ProgramRun.MedsegProcess(Path.GetTempPath(), "segment").Expect(2);

    [TestMethod]
    public void TrainScoreEvaluate_OnAFolderOfPairs_WorkTogether()
    {
        using var folder = new TemporaryFolder();
        PhantomCases.Write(folder, 6);
        ProgramRun
            .MedsegProcess(
                folder.Path,
                "train",
                "data",
                "--no-plan",
                "--epochs",
                "1",
                "--width",
                "4",
                "--patch",
                "32",
                "32",
                "32",
                "--validation",
                "0.34",
                "--output",
                "m/model.zip",
                "--onnx",
                "m/model.onnx"
            )
            .Expect(0);
        foreach (var model in new[] { "m/model.zip", "m/model.onnx" })
        {
            using var info = JsonDocument.Parse(ProgramRun.Medseg(folder.Path, "info", model, "--json").Expect(0).Output);
            Assert.AreEqual("attention-unet", info.RootElement.GetProperty("segmentation").GetProperty("network").GetString());
        }

        ProgramRun
            .MedsegProcess(
                folder.Path,
                "score",
                "data/images/p0.nii.gz",
                "data/images/p1.nii.gz",
                "--model",
                "m/model.zip",
                "--output",
                "predicted"
            )
            .Expect(0);
        using var result = JsonDocument.Parse(
            ProgramRun.MedsegProcess(folder.Path, "evaluate", "data", "predicted", "--json", "--allow-missing").Expect(0).Output
        );
        Assert.AreEqual(2, result.RootElement.GetProperty("classes").GetArrayLength());
    }

    [TestMethod]
    public void Train_OnPicturesByARecipe_GivesANetworkOfTwoSpatialAxes()
    {
        using var folder = new TemporaryFolder();
        for (var i = 0; i < 3; i++)
        {
            var (image, labels) = Phantom.Create(i, new() { Shape = new(1, 1, 40, 36) });
            VolumeFormats.Save(image, folder[$"data/images/p{i}.nii.gz"]);
            VolumeFormats.Save(labels, folder[$"data/labels/p{i}.nii.gz"]);
        }

        ProgramRun
            .Medseg(
                folder.Path,
                "train",
                "data",
                "--recipe",
                "quick",
                "--width",
                "4",
                "--loss",
                "dice",
                "--epochs",
                "1",
                "--output",
                "model.zip"
            )
            .Expect(0);

        using var info = JsonDocument.Parse(ProgramRun.Medseg(folder.Path, "info", "model.zip", "--json").Expect(0).Output);
        Assert.AreEqual(2, info.RootElement.GetProperty("segmentation").GetProperty("spatialDimensions").GetInt32());
        ProgramRun.Medseg(folder.Path, "score", "data/images/p0.nii.gz", "--model", "model.zip", "--output", "predicted").Expect(0);
    }

    [TestMethod]
    public void Evaluate_LabelsAgainstThemselves_IsOne()
    {
        using var folder = new TemporaryFolder();
        PhantomCases.Write(folder, 2);
        using var result = JsonDocument.Parse(ProgramRun.Medseg(folder.Path, "evaluate", "data", "data/labels", "--json").Expect(0).Output);
        Assert.AreEqual(1.0, result.RootElement.GetProperty("meanDice").GetDouble());
    }

    [TestMethod]
    public void Evaluate_WithAPredictionMissing_FailsUnlessAllowed_AndNamesTheCase()
    {
        using var folder = new TemporaryFolder();
        PhantomCases.Write(folder, 3);
        Directory.CreateDirectory(folder["predicted"]);
        File.Copy(folder["data/labels/p0.nii.gz"], folder["predicted/p0.nii.gz"]);
        File.Copy(folder["data/labels/p2.nii.gz"], folder["predicted/p2.nii.gz"]);
        string[] command = ["evaluate", "data", "predicted", "--json", "--metrics", "dice", "hd95", "assd", "nsd@2", "--csv", "cases.csv"];

        var failed = ProgramRun.Medseg(folder.Path, command).Expect(4);
        ProgramRun.Medseg(folder.Path, [.. command, "--allow-missing"]).Expect(0);

        StringAssert.Contains(failed.Errors, "1 of 3 cases have no prediction");
        using var json = JsonDocument.Parse(failed.Output);
        Assert.AreEqual("p1", json.RootElement.GetProperty("missing")[0].GetString());
        Assert.AreEqual(2, json.RootElement.GetProperty("perCase").GetArrayLength());
        Assert.AreEqual(
            0,
            json.RootElement.GetProperty("classes")[0].GetProperty("metrics").GetProperty("hd95").GetProperty("mean").GetDouble()
        );
        StringAssert.StartsWith(File.ReadAllText(folder["cases.csv"]), "case,group,label,class,dice,hd95,assd,nsd@2\np0,,1,");
    }

    [TestMethod]
    public void Evaluate_WithAnotherModel_ComparesCaseByCase()
    {
        using var folder = new TemporaryFolder();
        PhantomCases.Write(folder, 2);

        var run = ProgramRun.Medseg(folder.Path, "evaluate", "data", "data/labels", "--compare", "data/labels", "--cases").Expect(0);

        StringAssert.Contains(run.Output, "p (Wilcoxon)");
        StringAssert.Contains(run.Output, "p1");
    }

    [TestMethod]
    public void Score_ModelChangedOrCutShort_IsRefusedBeforeAnythingIsWritten()
    {
        using var folder = new TemporaryFolder();
        PhantomCases.Write(folder, 1);
        var whole = File.ReadAllBytes(SharedModel.Path);
        File.WriteAllBytes(folder["cut.zip"], whole[..(whole.Length / 2)]);
        var changed = (byte[])whole.Clone();
        changed[whole.Length / 2] ^= 1;
        File.WriteAllBytes(folder["changed.zip"], changed);
        foreach (var model in new[] { "cut.zip", "changed.zip" })
        {
            var run = ProgramRun.Medseg(folder.Path, "score", "data/images/p0.nii.gz", "--model", model, "--output", "predicted").Expect(2);
            StringAssert.Contains(run.Errors, model);
            StringAssert.Contains(run.Errors, "Copy it again");
            Assert.IsFalse(Directory.Exists(Path.Combine(folder.Path, "predicted")));
        }
    }

    [TestMethod]
    public void Train_LabelsOnAnotherGrid_NamesTheCaseAndWritesNoModel()
    {
        using var folder = new TemporaryFolder();
        PhantomCases.Write(folder, 3);
        var labels = VolumeFormats.OpenLabels(folder["data/labels/p1.nii.gz"]);
        VolumeFormats.Save(labels.WithGeometry(VolumeGeometry.FromSpacing(1, 1, 3)), folder["data/labels/p1.nii.gz"]);
        var run = ProgramRun
            .Medseg(
                folder.Path,
                "train",
                "data",
                "--no-plan",
                "--epochs",
                "1",
                "--width",
                "4",
                "--validation",
                "0",
                "--output",
                "model.zip"
            )
            .Expect(2);
        StringAssert.Contains(run.Errors, "p1");
        Assert.IsFalse(File.Exists(folder["model.zip"]));
    }
}
