using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>The packages, and what an application outside the repository does with them.</summary>
[TestClass]
[DoNotParallelize]
public partial class PackageTests
{
    private static PackagedApplications? s_applications;
    private static string? s_training;

    private static PackagedApplications Applications
    {
        get
        {
            if (PackagedApplications.Supported is null)
            {
                Assert.Inconclusive("libtorch has no package for this system.");
            }

            TestData.RequireData("hippocampus");
            return s_applications ??= new();
        }
    }

    // What the README's program prints; run once.
    private static string Training
    {
        get
        {
            if (s_training is null)
            {
                var (exitCode, output) = Applications.Start("train");
                Assert.AreEqual(0, exitCode, output);
                s_training = output;
            }

            return s_training;
        }
    }

    [ClassCleanup]
    public static void RemoveApplications() => s_applications?.Dispose();

    [TestMethod]
    [DataRow("Microsoft.ML.MedicalSegmentation", "")]
    [DataRow("Microsoft.ML.MedicalSegmentation.Transforms", "Microsoft.ML.MedicalSegmentation")]
    [DataRow("Microsoft.ML.MedicalSegmentation.Trainers", "Microsoft.ML.MedicalSegmentation.Transforms")]
    public void Package_HasWhatAFeedShows_AndExactDependenciesOnTheOthers(string id, string dependency)
    {
        var path = Path.Combine(Applications.Feed, $"{id}.{Applications.Version}.nupkg");
        using var package = ZipFile.OpenRead(path);
        foreach (var entry in new[] { "README.md", "icon.png", $"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml" })
        {
            Assert.IsTrue(package.GetEntry(entry)?.Length > 0, entry);
        }

        using var stream = package.GetEntry($"{id}.nuspec")?.Open() ?? Stream.Null;
        var metadata = XDocument.Load(stream).Descendants().ToLookup(element => element.Name.LocalName);
        foreach (var name in new[] { "description", "readme", "icon", "tags", "license", "authors" })
        {
            Assert.IsFalse(string.IsNullOrWhiteSpace(metadata[name].Single().Value), name);
        }

        Assert.AreEqual("git", (string?)metadata["repository"].Single().Attribute("type"));
        Assert.IsTrue(File.Exists(Path.ChangeExtension(path, ".snupkg")), "symbols");
        var own = metadata["dependency"]
            .Where(element =>
                ((string?)element.Attribute("id"))?.StartsWith("Microsoft.ML.MedicalSegmentation", StringComparison.Ordinal) == true
            )
            .Select(element => $"{(string?)element.Attribute("id")} {(string?)element.Attribute("version")}");
        CollectionAssert.AreEqual(dependency.Length == 0 ? [] : new[] { $"{dependency} [{Applications.Version}]" }, own.ToArray());
    }

    [TestMethod]
    public void ProgramOfTheReadme_FromPackages_PrintsProgressAndDice()
    {
        Assert.Contains("24/24", Training);
        Assert.MatchesRegex(Dice(), Training);
        Assert.IsTrue(File.Exists(Applications.InWorkFolder("model.zip")));
        Assert.IsFalse(
            Directory.Exists(Path.Combine(Applications.OutputOf("train"), "cpu")),
            "TorchSharp gathers libraries by itself where it cannot load them."
        );
    }

    [TestMethod]
    public void ProgramOfTheReadme_IsShortAndSavesBeforeItEvaluates()
    {
        var program = PackagedApplications.Program(File.ReadAllText(Path.Combine(TestData.RepositoryRoot(), "README.md")));

        var save = program.IndexOf("Model.Save", StringComparison.Ordinal);
        Assert.IsTrue(save > 0 && save < program.IndexOf("Evaluate", StringComparison.Ordinal));
        Assert.IsLessThanOrEqualTo(16, program.Split('\n').Count(line => line.Trim().Length > 0));
    }

    [TestMethod]
    public void ScoringApplication_FromPackages_LoadsTheZipInANewProcessWithoutTorchSharp()
    {
        var expected = Training;

        var (exitCode, output) = Applications.Start("score");

        Assert.AreEqual(0, exitCode, output);
        Assert.AreEqual(Dice().Match(expected).Value, Dice().Match(output).Value, output);
        Assert.Contains("Assemblies: ", output);
        Assert.IsFalse(output.Contains("TorchSharp", StringComparison.OrdinalIgnoreCase), output);
        Assert.IsFalse(
            Directory
                .EnumerateFiles(Applications.OutputOf("score"))
                .Any(path => Path.GetFileName(path).Contains("torch", StringComparison.OrdinalIgnoreCase))
        );
    }

    [TestMethod]
    public void Training_WithoutLibtorch_NamesThePackageBeforeItBegins()
    {
        var (exitCode, output) = Applications.StartWithout("train", $"libtorch-cpu-{PackagedApplications.Supported}", "torch_cpu");

        Assert.AreNotEqual(0, exitCode);
        Assert.IsTrue(output.Contains("Reference TorchSharp-cpu", StringComparison.Ordinal), output);
        Assert.DoesNotContain("/24", output);
    }

    [TestMethod]
    public void Training_WithoutOnnxRuntime_NamesThePackageBeforeItBegins()
    {
        var (exitCode, output) = Applications.StartWithout("train", "Microsoft.ML.OnnxRuntime", "onnxruntime");

        Assert.AreNotEqual(0, exitCode);
        Assert.IsTrue(output.Contains("Reference the package Microsoft.ML.OnnxRuntime", StringComparison.Ordinal), output);
        Assert.DoesNotContain("/24", output);
    }

    [TestMethod]
    public void Scoring_WithoutOnnxRuntime_NamesThePackage()
    {
        _ = Training;

        var (exitCode, output) = Applications.StartWithout("score", "Microsoft.ML.OnnxRuntime", "onnxruntime");

        Assert.AreNotEqual(0, exitCode);
        Assert.IsTrue(output.Contains("Reference the package Microsoft.ML.OnnxRuntime", StringComparison.Ordinal), output);
    }

    [GeneratedRegex(@"^.*Dice.*$", RegexOptions.Multiline)]
    private static partial Regex Dice();
}
