using System.Text.Json;
using Microsoft.ML.MedicalSegmentation;
using Microsoft.ML.MedicalSegmentation.Phantoms;
using static MedSeg.ScoreResults;

namespace MedSeg;

[TestClass]
public sealed class ScoreCommandTests
{
    private static string Model => SharedModel.Path;

    [TestMethod]
    public void Score_FolderWithDamagedFiles_ScoresTheRestAndNamesThem()
    {
        using var folder = new TemporaryFolder();
        PhantomCases.WriteImages(folder, 4);
        var bytes = File.ReadAllBytes(folder["in/p1.nii.gz"]);
        File.WriteAllBytes(folder["in/p1.nii.gz"], bytes[..(bytes.Length / 2)]);
        folder.Write("in/p2.nii.gz", "This is not a volume.");

        var run = ProgramRun
            .MedsegProcess(folder.Path, "score", "in", "-m", Model, "-o", "out", "--json", "--summary", "summary.csv")
            .Expect(4);

        using var result = JsonDocument.Parse(run.Output);
        var cases = result.RootElement.GetProperty("cases").EnumerateArray().ToDictionary(one => one.GetProperty("case").GetString()!);
        CollectionAssert.AreEqual(new[] { "p0", "p1", "p2", "p3" }, cases.Keys.ToArray());
        Assert.AreEqual(2, result.RootElement.GetProperty("failed").GetInt32());
        StringAssert.Contains(cases["p1"].GetProperty("error").GetString(), "p1.nii.gz");
        StringAssert.Contains(cases["p2"].GetProperty("error").GetString(), "p2.nii.gz");
        CollectionAssert.AreEquivalent(new[] { "p0.nii.gz", "p3.nii.gz" }, Names(folder["out"]));
        Assert.AreEqual(5, File.ReadAllLines(folder["summary.csv"]).Length);
    }

    [TestMethod]
    public void Score_StopOnError_EndsAtTheFirstFailure()
    {
        using var folder = new TemporaryFolder();
        PhantomCases.WriteImages(folder, 3);
        folder.Write("in/p1.nii.gz", "This is not a volume.");
        ProgramRun.Medseg(folder.Path, "score", "in", "-m", Model, "-o", "out", "--stop-on-error").Expect(4);
        CollectionAssert.AreEqual(new[] { "p0.nii.gz" }, Names(folder["out"]));
    }

    [TestMethod]
    public void Score_Again_SkipsWhatIsUnchangedAndRepeatsWhatIsNot()
    {
        using var folder = new TemporaryFolder();
        PhantomCases.WriteImages(folder, 3);
        ProgramRun.Medseg(folder.Path, "score", "in", "-m", Model, "-o", "out").Expect(0);
        File.Copy(folder["in/p0.nii.gz"], folder["in/p1.nii.gz"], overwrite: true);
        File.WriteAllBytes(folder["out/p2.nii.gz"], [1, 2, 3]);

        var status = Statuses(ProgramRun.Medseg(folder.Path, "score", "in", "-m", Model, "-o", "out", "--json").Expect(0));

        CollectionAssert.AreEqual(new[] { "p0 skipped", "p1 scored", "p2 scored" }, status);
        var same = VolumeFormats
            .OpenLabels(folder["out/p0.nii.gz"])
            .Voxels.Bytes.SequenceEqual(VolumeFormats.OpenLabels(folder["out/p1.nii.gz"]).Voxels.Bytes);
        Assert.IsTrue(same, "the changed input was not scored again");
    }

    [TestMethod]
    [DataRow("in", "in")]
    [DataRow("in/p0.nii.gz", "in")]
    [DataRow("in/p0.nii.gz", "link")]
    public void Score_OverItsInput_IsRefusedAndTheInputStays(string input, string output)
    {
        using var folder = new TemporaryFolder();
        PhantomCases.WriteImages(folder, 2);
        Directory.CreateSymbolicLink(folder["link"], folder["in"]);
        var before = File.ReadAllBytes(folder["in/p0.nii.gz"]);
        var run = ProgramRun.Medseg(folder.Path, "score", input, "-m", Model, "-o", output, "--overwrite").Expect(2);
        StringAssert.Contains(run.Errors, "p0.nii.gz");
        CollectionAssert.AreEqual(before, File.ReadAllBytes(folder["in/p0.nii.gz"]));
    }

    [TestMethod]
    public void Score_IntoAFolderOfExpertLabels_IsRefusedWithoutOverwrite()
    {
        using var folder = new TemporaryFolder();
        PhantomCases.Write(folder, 1);
        var before = File.ReadAllBytes(folder["data/labels/p0.nii.gz"]);
        StringAssert.Contains(
            ProgramRun.Medseg(folder.Path, "score", "data/images", "-m", Model, "-o", "data/labels").Expect(2).Errors,
            "--overwrite"
        );
        CollectionAssert.AreEqual(before, File.ReadAllBytes(folder["data/labels/p0.nii.gz"]));
    }

    [TestMethod]
    public void Score_EqualNamesInTwoFolders_AreToldApartByTheirFolders()
    {
        using var folder = new TemporaryFolder();
        PhantomCases.WriteImages(folder, 1, "a");
        PhantomCases.WriteImages(folder, 1, "b");
        var status = Statuses(
            ProgramRun.Medseg(folder.Path, "score", "a/p0.nii.gz", "b/p0.nii.gz", "-m", Model, "-o", "out", "--json").Expect(0)
        );
        CollectionAssert.AreEqual(new[] { "a_p0 scored", "b_p0 scored" }, status);
    }

    [TestMethod]
    public void Score_ChannelFilesWithoutLabels_AreGroupedAndNamedByTheirCase()
    {
        using var folder = new TemporaryFolder();
        for (var i = 0; i < 3; i++)
        {
            var (image, labels) = Phantom.Create(i);
            foreach (var channel in new[] { "0000", "0001" })
            {
                VolumeFormats.Save(image, folder[$"data/images/p{i}_{channel}.nii.gz"]);
                VolumeFormats.Save(image, folder[$"new/imagesTs/q{i}_{channel}.nii.gz"]);
            }

            VolumeFormats.Save(labels, folder[$"data/labels/p{i}.nii.gz"]);
        }

        ProgramRun
            .Medseg(folder.Path, [.. "train data --no-plan --epochs 1 --width 4 --patch 32 32 32 --validation 0 --output m.zip".Split(' ')])
            .Expect(0);
        foreach (var (input, output) in new[] { ("new", "a"), ("new/imagesTs", "b"), ("new/imagesTs/*.nii.gz", "c") })
        {
            ProgramRun.Medseg(folder.Path, "score", input, "-m", "m.zip", "-o", output).Expect(0);
            CollectionAssert.AreEqual(new[] { "q0.nii.gz", "q1.nii.gz", "q2.nii.gz" }, Names(folder[output]), input);
        }
    }

    [TestMethod]
    public void Score_FolderOfImagesAndLabels_ScoresTheImages()
    {
        var data = TestData.RequireCase("score-folders/imgs-labels");
        using var folder = new TemporaryFolder();
        CollectionAssert.AreEqual(
            new[] { "a scored", "b scored", "c scored" },
            Statuses(ProgramRun.Medseg(folder.Path, "score", data, "-m", Model, "-o", "out", "--json").Expect(0))
        );
    }

    [TestMethod]
    public void Score_ByExactTiles_ScoresWhatATileHoldsAndSaysWhichTilesAreTooSmall()
    {
        using var folder = new TemporaryFolder();
        PhantomCases.WriteImages(folder, 1);
        ProgramRun.Medseg(folder.Path, "score", "in", "-m", Model, "-o", "out", "--tiling", "exact").Expect(0);

        VolumeFormats.Save(Phantom.Create(1, new() { Shape = new(1, 48, 32, 32) }).Image, folder["large/p0.nii.gz"]);
        var run = ProgramRun.Medseg(folder.Path, "score", "large", "-m", Model, "-o", "out-large", "--tiling", "exact").Expect(2);
        StringAssert.Contains(run.Errors, "a tile needs at least");
    }
}
