using System.Text.Json;
using Microsoft.ML.MedicalSegmentation;
using Microsoft.ML.MedicalSegmentation.AspNetCore;
using Microsoft.ML.MedicalSegmentation.Phantoms;

namespace MedSeg;

[TestClass]
public sealed class ScoreCommandTests
{
    private static string Model => SharedModel.Path;

    [TestMethod]
    public void Score_FolderWithDamagedFiles_ScoresTheRestAndNamesThem()
    {
        using var folder = new TemporaryFolder();
        WriteImages(folder, 4);
        var bytes = File.ReadAllBytes(folder["in/p1.nii.gz"]);
        File.WriteAllBytes(folder["in/p1.nii.gz"], bytes[..(bytes.Length / 2)]);
        folder.Write("in/p2.nii.gz", "This is not a volume.");

        var run = ProgramRun.MedsegProcess(folder.Path, "score", "in", "-m", Model, "-o", "out", "--json", "--summary", "summary.csv").Expect(4);

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
        WriteImages(folder, 3);
        folder.Write("in/p1.nii.gz", "This is not a volume.");
        ProgramRun.Medseg(folder.Path, "score", "in", "-m", Model, "-o", "out", "--stop-on-error").Expect(4);
        CollectionAssert.AreEqual(new[] { "p0.nii.gz" }, Names(folder["out"]));
    }

    [TestMethod]
    public void Score_Again_SkipsWhatIsUnchangedAndRepeatsWhatIsNot()
    {
        using var folder = new TemporaryFolder();
        WriteImages(folder, 3);
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
        WriteImages(folder, 2);
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
        WriteImages(folder, 1, "a");
        WriteImages(folder, 1, "b");
        var status = Statuses(
            ProgramRun.Medseg(folder.Path, "score", "a/p0.nii.gz", "b/p0.nii.gz", "-m", Model, "-o", "out", "--json").Expect(0)
        );
        CollectionAssert.AreEqual(new[] { "a_p0 scored", "b_p0 scored" }, status);
    }

    [TestMethod]
    public void Score_Parts_AreDisjointAndTogetherTheWhole()
    {
        using var folder = new TemporaryFolder();
        WriteImages(folder, 5);
        string[] all =
        [
            .. Enumerable
                .Range(1, 3)
                .SelectMany(i =>
                    Statuses(
                        ProgramRun
                            .Medseg(folder.Path, "score", "in/*.nii.gz", "-m", Model, "-o", "out", "--part", $"{i}/3", "--json")
                            .Expect(0)
                    )
                ),
        ];
        CollectionAssert.AreEquivalent(Enumerable.Range(0, 5).Select(i => $"p{i} scored").ToArray(), all);
        Assert.AreEqual(5, Names(folder["out"]).Length);
    }

    [TestMethod]
    public void Score_BySlurmsScript_GivesTheWholeByItsParts()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Inconclusive("The script is for the shell of Linux.");
        }

        using var folder = new TemporaryFolder();
        WriteImages(folder, 4);
        var root = AppContext.BaseDirectory;
        while (root is not null && !File.Exists(Path.Combine(root, "MLMedSeg.sln")))
        {
            root = Path.GetDirectoryName(root);
        }

        var script = Path.Combine(root ?? "", "samples", "06-Cluster", "score.sbatch");
        File.WriteAllText(
            folder["medseg"],
            $"#!/bin/sh\nexec {ProgramRun.CommandLine("Microsoft.ML.MedicalSegmentation.Tool", "medseg.dll")} \"$@\"\n"
        );
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder["medseg"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        foreach (var task in new[] { "0", "1" })
        {
            var start = new System.Diagnostics.ProcessStartInfo("bash", [script, "in/*.nii.gz", Model, "out"])
            {
                WorkingDirectory = folder.Path,
                RedirectStandardError = true,
            };
            (start.Environment["MEDSEG"], start.Environment["SLURM_ARRAY_TASK_ID"], start.Environment["SLURM_ARRAY_TASK_COUNT"]) = (
                folder["medseg"],
                task,
                "2"
            );
            using var process = System.Diagnostics.Process.Start(start)!;
            var said = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.AreEqual(0, process.ExitCode, said);
        }

        CollectionAssert.AreEquivalent(
            Enumerable.Range(0, 4).Select(i => $"p{i}.nii.gz").ToArray(),
            Names(folder["out"]).Where(name => name.EndsWith(".nii.gz", StringComparison.Ordinal)).ToArray()
        );
        Assert.IsTrue(File.Exists(folder["out/part-0.json"]) && File.Exists(folder["out/part-1.json"]));
    }

    [TestMethod]
    [DataRow("0/3")]
    [DataRow("4/3")]
    [DataRow("1")]
    [DataRow("-1/2")]
    public void Score_PartOutOfRange_IsRefused(string part)
    {
        using var folder = new TemporaryFolder();
        StringAssert.Contains(ProgramRun.Medseg(folder.Path, "score", "in", "-m", Model, "--part", part).Expect(2).Errors, "--part");
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
    public void Score_StudyOfNestedSeries_ScoresEverySeries()
    {
        var study = TestData.RequireCase("score-folders/study");
        using var folder = new TemporaryFolder();
        var flat = Directory.CreateDirectory(folder["flat"]).FullName;
        foreach (var file in Directory.GetFiles(study, "*.dcm", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(flat, $"{Path.GetFileName(Path.GetDirectoryName(file))}-{Path.GetFileName(file)}"));
        }

        CollectionAssert.AreEqual(
            new[] { "SE1 scored", "SE2 scored" },
            Statuses(ProgramRun.Medseg(folder.Path, "score", study, "-m", Model, "-o", "out", "--json").Expect(0))
        );
        Assert.AreEqual(2, Statuses(ProgramRun.Medseg(folder.Path, "score", "flat", "-m", Model, "-o", "out2", "--json").Expect(0)).Length);
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
    public void Score_KilledAtAnyMoment_GoesOnAndLeavesWholeFiles()
    {
        using var folder = new TemporaryFolder();
        WriteImages(folder, 8);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            using var process = ProgramRun.Start(
                "Microsoft.ML.MedicalSegmentation.Tool",
                "medseg.dll",
                folder.Path,
                "score",
                "in",
                "-m",
                Model,
                "-o",
                "out"
            );
            for (
                var line = process.StandardError.ReadLine();
                line is not null && !line.StartsWith($"{2 * attempt}/8", StringComparison.Ordinal);
                line = process.StandardError.ReadLine()
            ) { }

            process.Kill();
            process.WaitForExit();
        }

        var status = Statuses(ProgramRun.Medseg(folder.Path, "score", "in", "-m", Model, "-o", "out", "--json").Expect(0));

        Assert.IsTrue(status.Take(6).All(one => one.EndsWith(" skipped", StringComparison.Ordinal)), string.Join(", ", status));
        foreach (var name in Names(folder["out"]))
        {
            Assert.AreEqual(new VolumeShape(1, 32, 32, 32), VolumeFormats.OpenLabels(folder[$"out/{name}"]).Shape);
        }
    }

    [TestMethod]
    [DataRow("dicom-seg", ".seg.dcm")]
    [DataRow("rtstruct", ".rtstruct.dcm")]
    public void Score_OfADicomSeriesAsDicom_HasTheVoxelsOfTheNiftiLabels(string format, string ending)
    {
        using var folder = new TemporaryFolder();
        var study = Path.GetFullPath(TestData.RequireData("formats/seg/dcmqi/23x38x3/multiframe"));
        string[] report = format == "dicom-seg" ? ["--report"] : [];
        ProgramRun.Medseg(folder.Path, "score", study, "-m", Model, "-o", "nifti").Expect(0);
        ProgramRun.Medseg(folder.Path, ["score", study, "-m", Model, "-o", "dicom", "--format", format, .. report]).Expect(0);

        var expected = VolumeFormats.OpenLabels(Directory.GetFiles(folder["nifti"], "*.nii.gz").Single());
        var path = Directory.GetFiles(folder["dicom"], $"*{ending}").Single();
        var found = format == "dicom-seg"
            ? DicomSegmentation.Read(path).ToLabelsOn(expected.Shape, expected.Geometry)
            : DicomStructureSet.Read(path).ToLabelsOn(expected.Shape, expected.Geometry);
        Assert.IsTrue(expected.Voxels.Bytes.SequenceEqual(found.Voxels.Bytes));
        Assert.AreEqual(report.Length, Directory.GetFiles(folder["dicom"], "*.report.dcm").Length);
    }

    [TestMethod]
    public void Score_OfNiftiAsDicom_SaysThatItNeedsASeries()
    {
        using var folder = new TemporaryFolder();
        WriteImages(folder, 1);
        StringAssert.Contains(
            ProgramRun.Medseg(folder.Path, "score", "in", "-m", Model, "-o", "out", "--format", "rtstruct").Expect(2).Errors,
            "not a DICOM series"
        );
        StringAssert.Contains(
            ProgramRun.Medseg(folder.Path, "score", "in", "-m", Model, "-o", "out", "--format", "docx").Expect(2).Errors,
            "dicom-seg"
        );
    }

    [TestMethod]
    public async Task Score_OfAStudyOnOrthanc_StoresSegmentationAndReportOnce()
    {
        using var folder = new TemporaryFolder();
        using var orthanc = await OrthancServer.Start(folder);
        using var http = new HttpClient();
        var files = Directory.GetFiles(TestData.RequireData("formats/seg/dcmqi/23x38x3/multiframe"));
        foreach (var file in files)
        {
            using var added = await http.PostAsync(
                new Uri(orthanc.Root, "/instances"),
                new ByteArrayContent(await File.ReadAllBytesAsync(file))
            );
            added.EnsureSuccessStatusCode();
        }

        var study = JsonDocument
            .Parse(await http.GetStringAsync($"{orthanc.Root}/studies"))
            .RootElement[0]
            .GetProperty("0020000D")
            .GetProperty("Value")[0]
            .GetString()!;
        string[] arguments =
        [
            "score",
            "--dicomweb",
            $"{orthanc.Root}",
            "--study",
            study,
            "-m",
            Model,
            "--format",
            "dicom-seg",
            "--report",
            "--store",
        ];
        ProgramRun.Medseg(folder.Path, [.. arguments, "-o", "first"]).Expect(0);
        ProgramRun.Medseg(folder.Path, [.. arguments, "-o", "second"]).Expect(0);

        Assert.AreEqual(files.Length + 2, (await orthanc.Statistics(http)).GetProperty("CountInstances").GetInt32());
        StringAssert.Contains(
            ProgramRun.Medseg(folder.Path, "score", "--dicomweb", $"{orthanc.Root}", "--study", "1.2.3", "-m", Model).Expect(2).Errors,
            "no image series"
        );
        StringAssert.Contains(
            ProgramRun.Medseg(folder.Path, "score", "--dicomweb", $"{orthanc.Root}", "-m", Model).Expect(2).Errors,
            "--study"
        );
    }

    [TestMethod]
    public void Score_ByExactTiles_ScoresWhatATileHoldsAndSaysWhichTilesAreTooSmall()
    {
        using var folder = new TemporaryFolder();
        WriteImages(folder, 1);
        ProgramRun.Medseg(folder.Path, "score", "in", "-m", Model, "-o", "out", "--tiling", "exact").Expect(0);

        VolumeFormats.Save(Phantom.Create(1, new() { Shape = new(1, 48, 32, 32) }).Image, folder["large/p0.nii.gz"]);
        var run = ProgramRun.Medseg(folder.Path, "score", "large", "-m", Model, "-o", "out-large", "--tiling", "exact").Expect(2);
        StringAssert.Contains(run.Errors, "a tile needs at least");
    }

    private static void WriteImages(TemporaryFolder folder, int count, string name = "in")
    {
        for (var i = 0; i < count; i++)
        {
            VolumeFormats.Save(Phantom.Create(i).Image, folder[$"{name}/p{i}.nii.gz"]);
        }
    }

    private static string[] Names(string folder) =>
        [.. Directory.GetFiles(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private static string[] Statuses(ProgramRun run)
    {
        using var result = JsonDocument.Parse(run.Output);
        return
        [
            .. result
                .RootElement.GetProperty("cases")
                .EnumerateArray()
                .Select(one => $"{one.GetProperty("case").GetString()} {one.GetProperty("status").GetString()}"),
        ];
    }
}
