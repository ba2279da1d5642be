using System.Text.Json;
using Microsoft.ML.MedicalSegmentation.Import.NnUNet;
using Microsoft.ML.MedicalSegmentation.Training.Planned;
using Microsoft.ML.MedicalSegmentation.Weights;

namespace Microsoft.ML.MedicalSegmentation.Export.NnUNet;

[TestClass]
public sealed class NnUNetExportTests
{
    private const string Models = "nnunet/model";
    private const string FullResolution = "Dataset004_Hippocampus/nnUNetTrainer__nnUNetPlans__3d_fullres";

    private readonly SegmentationModelsCatalog _models = new MLContext(seed: 1).MedicalSegmentation().Models;

    [TestMethod]
    [DataRow(FullResolution, "3d_fullres")]
    [DataRow("Dataset004_Hippocampus/nnUNetTrainer__nnUNetPlans__2d", "2d")]
    [DataRow("Dataset005_HippoAniso/nnUNetTrainer__nnUNetPlans__3d_fullres", "3d_fullres")]
    [DataRow("Dataset006_HippoCascade/nnUNetTrainer__nnUNetPlans__3d_cascade_fullres", "3d_cascade_fullres")]
    public void Export_ImportedModel_ImportsAgainAsTheSame(string golden, string configuration)
    {
        using var folder = new TemporaryFolder();
        var source = TestData.RequireGolden($"{Models}/{golden}");
        var written = _models.ExportNnUNet(_models.ImportNnUNet(source), folder["exported"]);
        Assert.AreEqual($"nnUNetTrainer__nnUNetPlans__{configuration}", Path.GetFileName(written[0]));
        var (before, after) = (NnUNetImport.Read([source], new()), NnUNetImport.Read([written[0]], new()));
        Assert.AreEqual(before.Networks.Count, after.Networks.Count);
        foreach (var (one, other) in before.Networks.Zip(after.Networks))
        {
            var expected = OnnxWeights.Read(one).Tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.ToSingle());
            var actual = OnnxWeights.Read(other).Tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.ToSingle());
            CollectionAssert.AreEquivalent(expected.Keys, actual.Keys);
            Assert.IsTrue(expected.All(tensor => tensor.Value.AsSpan().SequenceEqual(actual[tensor.Key])));
        }

        Assert.AreEqual(Described(before.Ensemble.Members[0]), Described(after.Ensemble.Members[0]));
        CollectionAssert.AreEqual(before.Ensemble.Outputs.ToArray(), after.Ensemble.Outputs.ToArray());
        Assert.AreEqual(Regions(before.Ensemble), Regions(after.Ensemble));
    }

    [TestMethod]
    public void Export_Checkpoint_HasTheTensorsOfNnUNetsOwnForPyTorch()
    {
        using var folder = new TemporaryFolder();
        var source = TestData.RequireGolden($"{Models}/{FullResolution}");
        var written = _models.ExportNnUNet(_models.ImportNnUNet(source, new() { Folds = ["1"] }), folder["exported"]);
        var output = PythonTorch.Require(folder.Path, $$"""
            import torch
            a = torch.load(r'{{source}}/fold_1/checkpoint_final.pth', map_location='cpu')
            b = torch.load(r'{{written[0]}}/fold_0/checkpoint_final.pth', map_location='cpu')
            x, y = a['network_weights'], b['network_weights']
            print(sorted(x) == sorted(y), all(x[k].shape == y[k].shape for k in x))
            print([k for k in x if not torch.equal(x[k], y[k]) and not k.startswith('decoder.seg_layers.')])
            print(torch.equal(x['decoder.seg_layers.2.weight'], y['decoder.seg_layers.2.weight']))
            print(b['init_args']['configuration'], b['init_args']['device'], tuple(b['inference_allowed_mirroring_axes']), b['trainer_name'])
            print(type(b['init_args']['plans']['configurations']['3d_fullres']['spacing'][0]).__name__)
            """);
        Assert.AreEqual("True True\n[]\nTrue\n3d_fullres cpu (0, 1, 2) nnUNetTrainer\nfloat\n", output.ReplaceLineEndings("\n"));
    }

    [TestMethod]
    public void Export_RegionsTrainedHere_ImportAgainWithEqualLabels()
    {
        using var folder = new TemporaryFolder();
        var context = new MLContext(seed: 1);
        var rows = context.Data.LoadFromEnumerable(PlannedSegmentationTrainerTests.Rows(4, firstSeed: 0));
        using var model = context
            .MedicalSegmentation()
            .Trainers.Planned(
                PlannedSegmentationTrainerTests.Options(epochs: 3) with
                {
                    Regions = [new("both", [1, 2], 2), new("bright", [2], 1)],
                }
            )
            .Fit(rows);

        var written = _models.ExportNnUNet(model, folder["exported"]).Single();
        var imported = ((IEnumerable<ITransformer>)_models.ImportNnUNet(written)).Last();

        using var description = JsonDocument.Parse(File.ReadAllText(Path.Combine(written, "dataset.json")));
        Assert.AreEqual("[2,1]", Compact(description.RootElement.GetProperty("regions_class_order")));
        Assert.AreEqual("[1,2]", Compact(description.RootElement.GetProperty("labels").GetProperty("both")));
        var others = context.Data.LoadFromEnumerable(PlannedSegmentationTrainerTests.Rows(2, firstSeed: 60));
        var found = 0;
        foreach (
            var (expected, actual) in PlannedSegmentationTrainerTests
                .Labels(context, model.Transform(others))
                .Zip(PlannedSegmentationTrainerTests.Labels(context, imported.Transform(others)))
        )
        {
            Assert.IsTrue(expected.Voxels.Bytes.SequenceEqual(actual.Voxels.Bytes));
            found += expected.CountValues().Skip(1).Count(count => count > 0);
        }

        Assert.IsTrue(found > 0, "The model writes regions.");
    }

    [TestMethod]
    public void Export_RegionsThatNnUNetWouldTakeForClasses_AreRefused()
    {
        using var folder = new TemporaryFolder();
        var (ensemble, networks) = NnUNetImport.Read(
            [TestData.RequireGolden($"{Models}/Dataset005_HippoAniso/nnUNetTrainer__nnUNetPlans__3d_fullres")],
            new()
        );
        ReadOnlyMemory<byte>[] onnx = [.. networks];
        string Fault(IReadOnlyList<IReadOnlyList<int>>? labels) =>
            Assert
                .ThrowsExactly<NotSupportedException>(() =>
                    NnUNetExport.Write(ensemble with { RegionLabels = labels }, onnx, folder["exported"])
                )
                .Message;

        StringAssert.Contains(Fault(null), "does not say of which labels");
        StringAssert.Contains(Fault([.. ensemble.Outputs.Select(output => (IReadOnlyList<int>)[output.Value])]), "take them for classes");
    }

    [TestMethod]
    public void Export_FolderThatIsNotEmpty_ReplacesNothing()
    {
        using var folder = new TemporaryFolder();
        var model = _models.ImportNnUNet(TestData.RequireGolden($"{Models}/{FullResolution}"), new() { Folds = ["0"] });
        _ = _models.ExportNnUNet(model, folder["exported"]);
        StringAssert.Contains(
            Assert.ThrowsExactly<IOException>(() => _models.ExportNnUNet(model, folder["exported"])).Message,
            "not empty"
        );
    }

    private static string Compact(JsonElement element) => JsonSerializer.Serialize(element);

    private static string Regions(Scoring.Planned.PlannedEnsemble ensemble) =>
        string.Join(" | ", (ensemble.RegionLabels ?? []).Select(region => string.Join(' ', region)));

    private static string Described(Scoring.Planned.PlannedMember member) =>
        $"{member.Name} {string.Join(',', member.Patch)} {string.Join(',', member.MirrorAxes)} {member.Networks} "
        + $"{member.Preprocessing} {member.PreviousStage?.Name} {string.Join(',', member.PreviousLabels)}";
}
