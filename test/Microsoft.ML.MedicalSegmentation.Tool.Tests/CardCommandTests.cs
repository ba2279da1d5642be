using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.ML.MedicalSegmentation;

namespace MedSeg;

[TestClass]
public sealed class CardCommandTests
{
    [TestMethod]
    public void TrainCardScore_KeepTheOriginOfAModelAndWarnOfForeignInputs()
    {
        using var folder = new TemporaryFolder();
        PhantomCases.Write(folder, 4);
        folder.Write("author.json", "{\"name\": \"spheres\", \"intendedUse\": \"tests\", \"limits\": \"phantoms only\"}");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        folder.Write("key.pem", key.ExportECPrivateKeyPem());
        folder.Write("key.pub.pem", key.ExportSubjectPublicKeyInfoPem());
        ProgramRun
            .Medseg(
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
                "0.25",
                "--card",
                "author.json",
                "--sign",
                "key.pem",
                "--onnx",
                "m.onnx"
            )
            .Expect(0);

        StringAssert.Contains(ProgramRun.Medseg(folder.Path, "card", "model.zip").Expect(0).Output, "phantoms only");
        using var card = JsonDocument.Parse(
            ProgramRun.MedsegProcess(folder.Path, "card", "model.zip", "--trusted-key", "key.pub.pem", "--json").Expect(0).Output
        );
        Assert.AreEqual(3, card.RootElement.GetProperty("trainingCases").GetArrayLength());
        Assert.AreEqual(64, card.RootElement.GetProperty("validationCases")[0].GetProperty("sha256").GetString()!.Length);
        Assert.AreEqual(1, card.RootElement.GetProperty("history").GetArrayLength());
        Assert.AreEqual("attention-unet", card.RootElement.GetProperty("network").GetString());
        using var bom = JsonDocument.Parse(ProgramRun.Medseg(folder.Path, "card", "model.zip", "--cyclonedx").Expect(0).Output);
        Assert.AreEqual(
            Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(folder["model.zip"]))),
            bom.RootElement.GetProperty("components")[0].GetProperty("hashes")[0].GetProperty("content").GetString());

        // The ONNX file says what stands before the network, with its numbers.
        StringAssert.Contains(
            System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(folder["m.onnx"])),
            "{\"step\":\"NormalizeIntensity/1\",\"method\":\"ZScore\""
        );

        var image = VolumeFormats.Open(folder["data/images/p0.nii.gz"]);
        VolumeFormats.Save(image.WithGeometry(VolumeGeometry.FromSpacing(1, 1, 7)), folder["odd.nii.gz"]);
        using var scored = JsonDocument.Parse(
            ProgramRun
                .Medseg(folder.Path, "score", "data/images/p0.nii.gz", "odd.nii.gz", "-m", "model.zip", "--doubt", "doubt", "--json")
                .Expect(0)
                .Output
        );
        var cases = scored.RootElement.GetProperty("cases").EnumerateArray().ToDictionary(one => one.GetProperty("case").GetString()!);
        Assert.AreEqual(0, cases["p0"].GetProperty("warnings").GetArrayLength(), cases["p0"].ToString());
        StringAssert.Contains(cases["odd"].GetProperty("warnings").ToString(), "spacing from foot to head is 7 mm");
        var doubt = VolumeFormats.Open(folder["doubt/p0.nii.gz"]);
        Assert.AreEqual(image.Shape, doubt.Shape);
        StringAssert.Contains(
            ProgramRun
                .Medseg(folder.Path, "score", "data/images/p0.nii.gz", "-m", "model.zip", "-o", "p", "--doubt", "data/images")
                .Expect(2)
                .Errors,
            "--doubt"
        );

        ProgramRun.Medseg(folder.Path, "card", "model.zip", "--card", "author.json", "-o", "unsigned.zip").Expect(0);
        StringAssert.Contains(
            ProgramRun.Medseg(folder.Path, "card", "unsigned.zip", "--trusted-key", "key.pub.pem").Expect(2).Errors,
            "not signed"
        );
        using var kept = JsonDocument.Parse(ProgramRun.Medseg(folder.Path, "card", "unsigned.zip", "--json").Expect(0).Output);
        Assert.AreEqual(3, kept.RootElement.GetProperty("trainingCases").GetArrayLength());
    }
}
