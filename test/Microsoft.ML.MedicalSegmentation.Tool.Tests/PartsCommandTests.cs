using Microsoft.ML.MedicalSegmentation;

namespace MedSeg;

/// <summary>Training by parts, from the command line and a configuration.</summary>
[TestClass]
public sealed class PartsCommandTests
{
    private static readonly string[] Brief =
    [
        "train",
        "data",
        "--no-plan",
        "--network",
        "attention-unet",
        "--width",
        "4",
        "--patch",
        "32",
        "32",
        "64",
        "--epochs",
        "1",
        "--validation",
        "0",
        "--augmentation",
        "none",
        "--threads",
        "1",
    ];

    [TestMethod]
    public void Train_ByParts_GivesTheModelOfOneWithoutAndAConfigurationTheSame()
    {
        using var folder = new TemporaryFolder();
        PhantomCases.Write(folder, 2);
        folder.Write("parts.json", """{ "partition": { "parts": [2, 1, 1], "devices": ["cpu", "cpu"] } }""");

        var parts = ProgramRun
            .Medseg(folder.Path, [.. Brief, "--parts", "2", "1", "1", "--devices", "cpu", "cpu", "--onnx", "parts.onnx"])
            .Expect(0);
        ProgramRun.Medseg(folder.Path, [.. Brief, "--config", "parts.json", "--onnx", "configured.onnx"]).Expect(0);
        ProgramRun.Medseg(folder.Path, [.. Brief, "--onnx", "whole.onnx"]).Expect(0);

        StringAssert.Contains(parts.Errors, "Each patch is computed by 2 x 1 x 1 parts on cpu, cpu.");
        CollectionAssert.AreEqual(File.ReadAllBytes(folder["parts.onnx"]), File.ReadAllBytes(folder["configured.onnx"]));
        Assert.AreEqual(new FileInfo(folder["whole.onnx"]).Length, new FileInfo(folder["parts.onnx"]).Length);
    }

    [TestMethod]
    [DataRow("--parts 2 2", "Partition.Parts has 2 numbers")]
    [DataRow("--parts 0", "each must be at least 1")]
    [DataRow("--parts 2 --devices gpu1", "Partition.Devices names 'gpu1'")]
    [DataRow("--devices cpu cpu", "Add them, such as --parts 2 2 2")]
    [DataRow("--parts 64 1 1", "parts")]
    public void Train_PartsThatCannotBe_AreRefusedByName(string options, string said)
    {
        using var folder = new TemporaryFolder();
        PhantomCases.Write(folder, 2);

        var run = ProgramRun.Medseg(folder.Path, [.. Brief, .. options.Split(' ')]);

        Assert.AreNotEqual(0, run.ExitCode, run.Output);
        StringAssert.Contains(run.Errors, said);
        Assert.IsFalse(File.Exists(folder["model.zip"]));
    }

    [TestMethod]
    public void Train_PlannedByParts_Works()
    {
        using var folder = new TemporaryFolder();
        PhantomCases.Write(folder, 2);

        var run = ProgramRun
            .Medseg(folder.Path, "train", "data", "--epochs", "1", "--width", "4", "--threads", "1", "--validation", "0", "--parts", "2")
            .Expect(0);

        StringAssert.Contains(run.Errors, "Each patch is computed by 2 parts on one device.");
    }
}
