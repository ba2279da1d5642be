using System.Text.Json.Nodes;
using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Planning;

[TestClass]
public sealed class SegmentationPlanTests
{
    private const string EarlierConfiguration = """
        {
          "data_identifier": "nnUNetPlans_3d_fullres", "preprocessor_name": "DefaultPreprocessor", "batch_size": 2, "patch_size": [40, 56, 40],
          "median_image_size_in_voxels": [36.0, 50.0, 35.0], "spacing": [1.0, 1.0, 1.0], "normalization_schemes": ["ZScoreNormalization"], "use_mask_for_norm": [false],
          "UNet_class_name": "ResidualEncoderUNet", "UNet_base_num_features": 32, "n_conv_per_stage_encoder": [1, 3, 4, 6], "n_conv_per_stage_decoder": [1, 1, 1],
          "num_pool_per_axis": [3, 3, 3], "pool_op_kernel_sizes": [[1, 1, 1], [2, 2, 2], [2, 2, 2], [1, 2, 2]],
          "conv_kernel_sizes": [[1, 3, 3], [3, 3, 3], [3, 3, 3], [3, 3, 3]], "unet_max_num_features": 200,
          "resampling_fn_data": "resample_data_or_seg_to_shape", "resampling_fn_seg": "resample_data_or_seg_to_shape",
          "resampling_fn_data_kwargs": { "is_seg": false, "order": 3, "order_z": 0, "force_separate_z": null },
          "resampling_fn_seg_kwargs": { "is_seg": true, "order": 1, "order_z": 0, "force_separate_z": null },
          "resampling_fn_probabilities": "resample_data_or_seg_to_shape",
          "resampling_fn_probabilities_kwargs": { "is_seg": false, "order": 1, "order_z": 0, "force_separate_z": null }, "batch_dice": true
        }
        """;

    [TestMethod]
    public void FromJson_PlanFromBefore23_HasTheSameNetworkAsAnArchitectureBlock()
    {
        var plan = SegmentationPlan.FromJson(PlansOf(EarlierConfiguration));
        var network = plan.Configuration("3d_fullres").Network;
        Assert.IsTrue(network.IsResidual);
        CollectionAssert.AreEqual(new[] { 32, 64, 128, 200 }, network.Features.ToArray());
        CollectionAssert.AreEqual(new[] { 1, 3, 4, 6 }, network.EncoderBlocks.ToArray());
        CollectionAssert.AreEqual(new[] { 4, 8, 8 }, network.TotalStride.ToArray());
        CollectionAssert.AreEqual(new[] { 1, 3, 3 }, network.Kernels[0].ToArray());
        Assert.IsTrue(network.ConvolutionBias);
        Assert.AreEqual((1e-5, 0.01), (network.NormalizationEpsilon, network.NegativeSlope));

        var again = SegmentationPlan.FromJson(plan.ToNnUNetJson());
        Assert.AreEqual(plan.ToJson(), again.ToJson());
    }

    [TestMethod]
    public void FromJson_ConfigurationsThatInheritFromEachOther_AreRefused()
    {
        var fault = Assert.ThrowsExactly<InputDataException>(() =>
            SegmentationPlan.FromJson(PlansOf("""{ "inherits_from": "b" }, "b": { "inherits_from": "3d_fullres" }"""), "p.json")
        );
        StringAssert.Contains(fault.Message, "inherits from itself");
        StringAssert.Contains(fault.Message, "p.json");
    }

    [TestMethod]
    [DataRow("\"patch_size\": [40, 56, 40]", "\"patch_size\": [40, 99999999, 40]", "99999999")]
    [DataRow("\"patch_size\": [40, 56, 40]", "\"patch_size\": [40, 56]", "patch")]
    [DataRow("\"spacing\": [1.0, 1.0, 1.0]", "\"spacing\": [1.0, 1.0, 0]", "spacing")]
    [DataRow("\"spacing\": [1.0, 1.0, 1.0]", "\"spacing\": [1.0, 1.0, 1e400]", "spacing")]
    [DataRow("\"UNet_base_num_features\": 32", "\"UNet_base_num_features\": -1", "features")]
    [DataRow("[1, 3, 4, 6]", "[1, 3, 4, 999999]", "999999")]
    [DataRow("ResidualEncoderUNet", "SomebodysUNet", "SomebodysUNet")]
    [DataRow("ZScoreNormalization", "SomebodysNormalization", "SomebodysNormalization")]
    [DataRow("ZScoreNormalization", "CTNormalization", "statistics")]
    [DataRow("\"order\": 3", "\"order\": 5", "5")]
    [DataRow("[[1, 3, 3]", "[[1, 2, 3]", "odd")]
    [DataRow("\"batch_size\": 2", "\"batch_size\": \"two\"", "two")]
    public void FromJson_ImpossibleNumber_IsNamed(string right, string wrong, string fact)
    {
        var json = PlansOf(EarlierConfiguration);
        StringAssert.Contains(json, right);
        var fault = Assert.ThrowsExactly<InputDataException>(() => SegmentationPlan.FromJson(json.Replace(right, wrong), "p.json"));
        StringAssert.Contains(fault.Message, fact);
    }

    [TestMethod]
    public void FromJson_AnyByteChanged_ReadsOrSaysWhatIsWrong()
    {
        var json = PlansOf(EarlierConfiguration);
        var random = new RandomStream(1);
        for (var i = 0; i < 3000; i++)
        {
            var at = random.NextInt(json.Length);
            var changed = json[..at] + (char)random.NextInt(32, 126) + json[(at + 1)..];
            try
            {
                _ = SegmentationPlan.FromJson(changed).ToNnUNetJson();
            }
            catch (InputDataException fault)
            {
                Assert.IsTrue(fault.Message.Length > 20);
            }
        }
    }

    [TestMethod]
    public void Plan_WrongOptions_AreAllNamed()
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(() =>
            SegmentationPlanner.Plan(
                Fingerprint(),
                Dataset(),
                new()
                {
                    MemoryGigabytes = -1,
                    Spacing = [1, 2],
                    PlansName = "a/b",
                }
            )
        );
        foreach (var fact in new[] { "MemoryGigabytes", "Spacing", "PlansName" })
        {
            StringAssert.Contains(fault.Message, fact);
        }
    }

    [TestMethod]
    public void Plan_NothingToPlanFrom_SaysWhat()
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(() => SegmentationPlanner.Plan(
            Fingerprint() with { Spacings = [] }, Dataset() with { Labels = [new("background", [0])], TrainingCases = 0 }));
        foreach (var fact in new[] { "0 spacings", "1 labels", "training cases" })
        {
            StringAssert.Contains(fault.Message, fact);
        }
    }

    [TestMethod]
    public void Plan_MoreMemory_GrowsPatchOrBatchAndSaysSo()
    {
        PlannedConfiguration At(double memory) =>
            SegmentationPlanner.Plan(Fingerprint(), Dataset(), new() { MemoryGigabytes = memory }).Configuration("3d_fullres");
        long Voxels(PlannedConfiguration configuration) =>
            configuration.BatchSize * configuration.PatchSize.Aggregate(1L, (product, side) => product * side);
        Assert.IsGreaterThan(Voxels(At(4)), Voxels(At(16)));
    }

    [TestMethod]
    public void Find_UnknownPreset_ListsAll()
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(() => PlanningPreset.Find("resenc-s"));
        StringAssert.Contains(fault.Message, "default, resenc-m, resenc-l, resenc-xl");
    }

    [TestMethod]
    public void LoadNnUNet_RegionsAndIgnoredVoxels_AreTold()
    {
        using var folder = new TemporaryFolder();
        var dataset = PlanningDataset.LoadNnUNet(folder.Write("dataset.json", """
            { "channel_names": { "0": "T1", "1": "CT" }, "labels": { "background": 0, "whole": [1, 2, 3], "core": [2, 3], "ignore": 4 },
              "regions_class_order": [1, 2], "numTraining": 3, "file_ending": ".nii.gz" }
            """));
        Assert.IsTrue(dataset.HasRegions);
        Assert.AreEqual((2, 4), (dataset.OutputChannels, dataset.IgnoreValue));
        CollectionAssert.AreEqual(new[] { "whole", "core" }, dataset.Regions.Select(region => region.Name).ToArray());
        dataset.SaveNnUNet(folder["again.json"]);
        var again = JsonNode.Parse(File.ReadAllText(folder["again.json"]));
        Assert.AreEqual("[1,2,3]", again!["labels"]!["whole"]!.ToJsonString());
        Assert.AreEqual("[1,2]", again["regions_class_order"]!.ToJsonString());
    }

    private static PlanningDataset Dataset() => new()
    {
        Name = "d",
        ChannelNames = ["T1"],
        Labels = [new("background", [0]), new("a", [1])],
        TrainingCases = 100,
    };

    private static PlanningFingerprint Fingerprint() => new()
    {
        Spacings = [[1, 1, 1], [1, 1, 1]],
        CroppedShapes = [[200, 200, 200], [220, 200, 210]],
        MedianRelativeSize = 1,
        ForegroundIntensities = [],
    };

    private static string PlansOf(string configuration) => $$"""
        {
          "dataset_name": "Dataset004_Hippocampus", "plans_name": "nnUNetPlans", "original_median_spacing_after_transp": [1.0, 1.0, 1.0],
          "original_median_shape_after_transp": [36, 50, 35], "image_reader_writer": "SimpleITKIO", "transpose_forward": [0, 1, 2], "transpose_backward": [0, 1, 2],
          "configurations": { "3d_fullres": {{configuration}} },
          "experiment_planner_used": "ExperimentPlanner", "label_manager": "LabelManager", "foreground_intensity_properties_per_channel": {}
        }
        """;
}
