using System.Text.Json.Nodes;

namespace Microsoft.ML.MedicalSegmentation.Planning;

/// <summary>Plans of the real nnU-Net, number for number.</summary>
[TestClass]
public sealed class NnUNetPlanTests
{
    private const string Folder = "nnunet/planning";

    public static IEnumerable<object[]> Runs()
    {
        var folder = Path.Combine(TestData.GoldenFolder, Folder);
        var manifests = Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "manifest.json", SearchOption.AllDirectories).Order()
            : Enumerable.Empty<string>();
        var runs = manifests
            .SelectMany(manifest =>
                Manifest(manifest)["runs"]!
                    .AsArray()
                    .Select(run => new object[] { Path.GetFileName(Path.GetDirectoryName(manifest))!, run!["file"]!.GetValue<string>() })
            )
            .ToList();
        return runs.Count > 0
            ? runs
            :
            [
                ["", ""],
            ];
    }

    [TestMethod]
    [DynamicData(nameof(Runs))]
    public void Plan_GoldenFingerprint_IsNnUNetsPlan(string dataset, string file)
    {
        var (plan, golden) = Plan(dataset, file);
        Assert.AreEqual("", string.Join("\n", JsonComparison.Differences(golden, JsonNode.Parse(plan.ToNnUNetJson()))));
    }

    [TestMethod]
    [DynamicData(nameof(Runs))]
    public void Load_GoldenPlan_WritesTheSamePlan(string dataset, string file)
    {
        var path = TestData.RequireGolden(Path.Combine(Folder, dataset, file));
        var read = SegmentationPlan.Load(path);
        Assert.AreEqual(
            "",
            string.Join("\n", JsonComparison.Differences(JsonNode.Parse(File.ReadAllText(path)), JsonNode.Parse(read.ToNnUNetJson())))
        );
    }

    [TestMethod]
    [DynamicData(nameof(Runs))]
    public void ToJson_GoldenPlan_ReadsBackWithReasons(string dataset, string file)
    {
        var (plan, golden) = Plan(dataset, file);
        var read = SegmentationPlan.FromJson(plan.ToJson());
        Assert.AreEqual("", string.Join("\n", JsonComparison.Differences(golden, JsonNode.Parse(read.ToNnUNetJson()))));
        CollectionAssert.AreEqual(plan.Decisions.ToArray(), read.Decisions.ToArray());
        foreach (var configuration in plan.Configurations.Where(configuration => configuration.InheritsFrom is null))
        {
            foreach (var subject in new[] { "patch size", "batch size", "strides" })
            {
                Assert.IsTrue(
                    plan.Decisions.Any(decision =>
                        decision.Configuration == configuration.Name && decision.Subject == subject && decision.Reason.Length > 20
                    )
                );
            }
        }
    }

    private static (SegmentationPlan Plan, JsonNode Golden) Plan(string dataset, string file)
    {
        var folder = TestData.RequireGolden(Path.Combine(Folder, dataset, "manifest.json"));
        var manifest = Manifest(folder);
        folder = Path.GetDirectoryName(folder)!;
        var run = manifest["runs"]!.AsArray().Single(run => run!["file"]!.GetValue<string>() == file)!;
        var planner = run["planner"]!.GetValue<string>();
        var options = new PlanningOptions
        {
            Preset = PlanningPreset.All.Single(preset => preset.Planner == planner),
            MemoryGigabytes = run["gpu_memory_target_in_gb"]?.GetValue<double>(),
            PlansName = run["plans_name"]!.GetValue<string>(),
            Spacing = run["overwrite_target_spacing"]?.AsArray().Select(step => step!.GetValue<double>()).ToArray(),
        };
        var description = PlanningDataset.LoadNnUNet(Path.Combine(folder, "dataset.json")) with
        {
            Name = manifest["dataset_name"]!.GetValue<string>(),
        };
        var fingerprint = PlanningFingerprint.LoadNnUNet(Path.Combine(folder, "dataset_fingerprint.json"));
        return (SegmentationPlanner.Plan(fingerprint, description, options), JsonNode.Parse(File.ReadAllText(Path.Combine(folder, file)))!);
    }

    private static JsonNode Manifest(string path) => JsonNode.Parse(File.ReadAllText(path))!;
}
