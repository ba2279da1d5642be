using System.Text.Json;
using Microsoft.ML.MedicalSegmentation;

namespace MedSeg;

[TestClass]
public sealed class PretrainCommandTests
{
    [TestMethod]
    public void Pretrain_ThenTrainInNewProcesses_StartsFromTheEncoder()
    {
        using var folder = new TemporaryFolder();
        PhantomCases.Write(folder, 4);
        folder.Write("patients.csv", "image,patient\ndata/images/p0.nii.gz,a\ndata/images/p1.nii.gz,a\ndata/images/p2.nii.gz,b\n");
        string[] Pretrain(string data, string output) =>
            [
                "pretrain",
                data,
                "--network",
                "unet",
                "--width",
                "4",
                "--depth",
                "3",
                "--patch",
                "16",
                "16",
                "16",
                "--batch",
                "2",
                "--epochs",
                "1",
                "--threads",
                "1",
                "-o",
                output,
                "--json",
            ];

        using var first = JsonDocument.Parse(
            ProgramRun
                .MedsegProcess(folder.Path, [.. Pretrain("patients.csv", "first.zip"), "--model", "encoder.zip", "--onnx", "encoder.onnx"])
                .Expect(0)
                .Output
        );
        using var second = JsonDocument.Parse(
            ProgramRun.MedsegProcess(folder.Path, [.. Pretrain("data", "second.safetensors"), "--weights", "first.zip"]).Expect(0).Output
        );

        ProgramRun.Medseg(folder.Path, "embed", "data/images", "--model", "encoder.zip", "-o", "vectors.csv").Expect(0);
        var table = File.ReadAllLines(folder["vectors.csv"]);
        Assert.HasCount(5, table);
        StringAssert.StartsWith(table[0], "case,feature0,feature1,");
        Assert.IsTrue(table.All(line => line.Split(',').Length == 17) && table.Distinct().Count() == 5, table[1]);
        StringAssert.Contains(ProgramRun.Medseg(folder.Path, "info", "encoder.zip").Expect(0).Output, "16 numbers");
        StringAssert.Contains(
            ProgramRun.Medseg(folder.Path, "score", "data/images", "--model", "encoder.zip").Expect(2).Errors,
            "gives no labels. Use `medseg embed`"
        );
        Assert.AreEqual(16, EncoderModel.Load(folder["encoder.onnx"]).Info.Features);
        Assert.AreEqual((3, 2), (first.RootElement.GetProperty("images").GetInt32(), first.RootElement.GetProperty("patients").GetInt32()));
        Assert.AreEqual(4, second.RootElement.GetProperty("patients").GetInt32());
        var train = ProgramRun
            .MedsegProcess(
                folder.Path,
                "train",
                "data",
                "--no-plan",
                "--network",
                "unet",
                "--width",
                "4",
                "--epochs",
                "1",
                "--patch",
                "32",
                "32",
                "64",
                "--validation",
                "0",
                "--threads",
                "1",
                "--weights",
                "second.safetensors",
                "--output",
                "model.zip"
            )
            .Expect(0);
        StringAssert.Contains(train.Output, "Wrote model.zip");
        var other = ProgramRun
            .MedsegProcess(
                folder.Path,
                "train",
                "data",
                "--no-plan",
                "--network",
                "unet",
                "--width",
                "6",
                "--epochs",
                "1",
                "--validation",
                "0",
                "--threads",
                "1",
                "--weights",
                "first.zip"
            )
            .Expect(2);
        StringAssert.Contains(other.Errors, "0 weights loaded");
    }

    [TestMethod]
    [DataRow("--batch", "1", "--batch is 1")]
    [DataRow("--temperature", "0", "Temperature is 0")]
    [DataRow("--network", "resnest", "There is no network 'resnest'")]
    [DataRow("--output", "data/images/p0.nii.gz", "p0.nii.gz")]
    public void Pretrain_BadOption_NamesItAndWritesNothing(string option, string value, string said)
    {
        using var folder = new TemporaryFolder();
        PhantomCases.Write(folder, 2);

        StringAssert.Contains(ProgramRun.Medseg(folder.Path, "pretrain", "data", "--epochs", "1", option, value).Expect(2).Errors, said);

        Assert.IsFalse(File.Exists(folder["encoder.safetensors"]));
    }
}
