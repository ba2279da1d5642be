using System.Text.Json;
using Microsoft.ML.MedicalSegmentation;
using Microsoft.ML.MedicalSegmentation.Phantoms;

namespace MedSeg;

[TestClass]
public sealed class ExplainCommandTests
{
    [TestMethod]
    public void Explain_ZipAlone_WritesMapsOnTheImagesGridAndPictures()
    {
        using var folder = new TemporaryFolder();
        var oblique = new VolumeGeometry(new AffineTransform(new(-0.9, 0.1, 0), new(0.2, 1.4, 0.3), new(0, -0.5, 2.5), new(12, -7, 90)));
        VolumeFormats.Save(Phantom.Create(0).Image.WithGeometry(oblique), folder["data/images/p0.nii.gz"]);
        File.Copy(SharedModel.Path, folder["elsewhere/m.zip"]);

        var run = ProgramRun
            .MedsegProcess(folder.Path, "explain", "elsewhere/m.zip", "data/images/p0.nii.gz", "-o", "maps", "--threads", "1", "--json")
            .Expect(0);

        using var result = JsonDocument.Parse(run.Output);
        var maps = result.RootElement.GetProperty("maps").EnumerateArray().ToList();
        Assert.IsTrue(
            maps.Any(map => map.GetProperty("name").GetString()!.EndsWith(".relevance", StringComparison.Ordinal)),
            "attention gates"
        );
        Assert.IsTrue(maps.Any(map => map.GetProperty("name").GetString()!.StartsWith("grad-cam.", StringComparison.Ordinal)), "Grad-CAM");
        var header = VolumeFormats.ReadHeader(folder["data/images/p0.nii.gz"]);
        foreach (var map in maps)
        {
            var written = VolumeFormats.ReadHeader(folder[map.GetProperty("volume").GetString()!]);
            Assert.AreEqual(header.Shape, written.Shape);
            Assert.IsTrue(header.Geometry.LargestDifference(written.Geometry, header.Shape) < 1e-4);
            Assert.AreEqual(3, VolumeFormats.ReadHeader(folder[map.GetProperty("picture").GetString()!]).Shape.Channels);
        }

        StringAssert.Contains(
            ProgramRun.Medseg(folder.Path, "explain", "elsewhere/m.zip", "data/images/p0.nii.gz", "--class", "spleen").Expect(2).Errors,
            "'spleen'"
        );
        StringAssert.Contains(
            ProgramRun
                .Medseg(folder.Path, "explain", "elsewhere/m.zip", "data/images/p0.nii.gz", "-o", "none", "--maps", "gates.*", "gate1")
                .Expect(2)
                .Errors,
            "no map 'gate1'. Its maps: gates.");
        StringAssert.Contains(
            ProgramRun
                .Medseg(folder.Path, "explain", "elsewhere/m.zip", "data/images/p0.nii.gz", "-o", "none", "--layer", "layer4")
                .Expect(2)
                .Errors,
            "center.conv1.0"
        );
        Assert.IsFalse(Directory.Exists(folder["none"]), "Wrong names are told before anything is written.");
        StringAssert.Contains(
            ProgramRun.Medseg(folder.Path, "explain", "elsewhere/m.zip", "data/images/p0.nii.gz", "--list-layers").Expect(0).Output,
            "center.conv1.0"
        );
    }
}
