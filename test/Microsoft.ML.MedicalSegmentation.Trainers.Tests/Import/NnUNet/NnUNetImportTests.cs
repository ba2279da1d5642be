using System.Text.Json.Nodes;
using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.MedicalSegmentation.Scoring.Planned;

namespace Microsoft.ML.MedicalSegmentation.Import.NnUNet;

[TestClass]
public sealed class NnUNetImportTests
{
    private const string Name = "nnUNetTrainer__nnUNetPlans__3d_fullres";
    private const string Model = $"nnunet/model/Dataset004_Hippocampus/{Name}";

    private readonly SegmentationModelsCatalog _models = new MLContext(seed: 1).MedicalSegmentation().Models;

    [TestMethod]
    public void Import_PlansOfBefore23_GiveTheSameNetworks()
    {
        using var folder = Copy(plans =>
        {
            var configuration = plans["configurations"]!["3d_fullres"]!.AsObject();
            var network = configuration["architecture"]!["arch_kwargs"]!;
            configuration["UNet_class_name"] = "PlainConvUNet";
            configuration["UNet_base_num_features"] = network["features_per_stage"]![0]!.DeepClone();
            configuration["unet_max_num_features"] = network["features_per_stage"]!.AsArray().Max(features => features!.GetValue<int>());
            configuration["conv_kernel_sizes"] = network["kernel_sizes"]!.DeepClone();
            configuration["pool_op_kernel_sizes"] = network["strides"]!.DeepClone();
            configuration["n_conv_per_stage_encoder"] = network["n_conv_per_stage"]!.DeepClone();
            configuration["n_conv_per_stage_decoder"] = network["n_conv_per_stage_decoder"]!.DeepClone();
            configuration.Remove("architecture");
        });
        var (today, before) = (Networks(TestData.RequireGolden(Model)), Networks(folder[Name]));
        CollectionAssert.AreEqual(today.Networks[0], before.Networks[0]);
        CollectionAssert.AreEqual(today.Ensemble.Members[0].Patch.ToArray(), before.Ensemble.Members[0].Patch.ToArray());
    }

    [TestMethod]
    public void Import_EveryFoldByDefault_OrThoseThatAreNamed()
    {
        var folder = TestData.RequireGolden(Model);
        var all = NnUNetImport.Read([folder], new());
        Assert.AreEqual(2, all.Ensemble.Members[0].Networks);
        CollectionAssert.AreEqual(new[] { 0, 1, 2 }, all.Ensemble.Members[0].MirrorAxes.ToArray());
        var one = NnUNetImport.Read([folder], new() { Folds = ["1"], Mirroring = false });
        Assert.AreEqual(1, one.Ensemble.Members[0].Networks);
        Assert.IsEmpty(one.Ensemble.Members[0].MirrorAxes);
        CollectionAssert.AreEqual(all.Networks[1], one.Networks[0]);
    }

    [TestMethod]
    public void Import_CheckpointWithoutOptimizer_GivesTheSameNetwork()
    {
        var folder = TestData.RequireGolden("nnunet/model/no_optimizer/Dataset004_Hippocampus/nnUNetTrainer__nnUNetPlans__3d_fullres");
        CollectionAssert.AreEqual(Networks(TestData.RequireGolden(Model)).Networks[0], Networks(folder).Networks[0]);
    }

    [TestMethod]
    [DataRow("SomeOtherNet", "PlainConvUNet and ResidualEncoderUNet")]
    public void Import_OtherNetwork_IsRefusedByName(string network, string fact)
    {
        using var folder = Copy(plans => plans["configurations"]!["3d_fullres"]!["architecture"]!["network_class_name"] = network);
        var error = Assert.ThrowsExactly<InputDataException>(() => _models.ImportNnUNet(folder[Name]));
        StringAssert.Contains(error.Message, network);
        StringAssert.Contains(error.Message, fact);
    }

    [TestMethod]
    public void Import_MissingFold_SaysWhichThereAre()
    {
        var folder = TestData.RequireGolden(Model);
        var error = Assert.ThrowsExactly<FileNotFoundException>(() => _models.ImportNnUNet(folder, new() { Folds = ["0", "7"] }));
        StringAssert.Contains(error.Message, "fold 7");
        StringAssert.Contains(error.Message, "folds 0, 1");
    }

    [TestMethod]
    public void Import_OtherWeightsThanThePlans_SaysWhatDiffers()
    {
        using var folder = Copy(plans =>
            plans["configurations"]!["3d_fullres"]!["architecture"]!["arch_kwargs"]!["features_per_stage"]![1] = 24
        );
        var error = Assert.ThrowsExactly<InputDataException>(() => _models.ImportNnUNet(folder[Name]));
        StringAssert.Contains(error.Message, "24");
    }

    [TestMethod]
    public void Import_Cascade_CarriesBothStages()
    {
        var model = _models.ImportNnUNet(
            TestData.RequireGolden("nnunet/model/Dataset006_HippoCascade/nnUNetTrainer__nnUNetPlans__3d_cascade_fullres")
        );
        var member = _models.Describe(model).Planned!.Members[0];
        Assert.AreEqual("3d_lowres", member.PreviousStage?.Name);
        CollectionAssert.AreEqual(new[] { 1, 2 }, member.PreviousLabels.ToArray());
    }

    [TestMethod]
    public void SavedModel_InANewProcessWithABareContext_GivesTheSameLabels()
    {
        string[] inputs =
        [
            .. new[] { "hippocampus_020", "ras_1x1x4_separate_z" }.Select(name =>
                TestData.RequireGolden($"nnunet/predictions/inputs/{name}_0000.nii.gz")
            ),
        ];
        using var folder = new TemporaryFolder();
        var context = new MLContext(seed: 1);
        var model = _models.ImportNnUNet(TestData.RequireGolden(Model), new() { Folds = ["0"], Mirroring = false });
        _models.Save(model, _models.ImportedInputSchema(model), folder["model.zip"]);
        var rows = context.Data.LoadFromEnumerable(inputs.Select(path => new OneChannelPath { ImagePath = path }));
        var expected = context
            .Data.CreateEnumerable<LabelledRow>(model.Transform(rows), reuseRowObject: false)
            .Select(row => NewProcess.Digest(row.PredictedLabel.Voxels))
            .ToArray();
        CollectionAssert.AreEqual(expected, NewProcess.Score(folder["model.zip"], inputs));
    }

    private static (PlannedEnsemble Ensemble, IReadOnlyList<byte[]> Networks) Networks(string folder) =>
        NnUNetImport.Read([folder], new() { Folds = ["0"] });

    // The golden model with other plans.
    private static TemporaryFolder Copy(Action<JsonNode> change)
    {
        var source = TestData.RequireGolden(Model);
        var folder = new TemporaryFolder();
        var plans = JsonNode.Parse(File.ReadAllText(Path.Combine(source, "plans.json")))!;
        change(plans);
        folder.Write($"{Name}/plans.json", plans.ToJsonString());
        File.Copy(Path.Combine(source, "dataset.json"), folder[$"{Name}/dataset.json"]);
        File.Copy(Path.Combine(source, "fold_0", "checkpoint_final.pth"), folder[$"{Name}/fold_0/checkpoint_final.pth"]);
        return folder;
    }
}
