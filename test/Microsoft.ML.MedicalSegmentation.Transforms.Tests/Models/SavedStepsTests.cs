using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.ML.Data;
using Microsoft.ML.MedicalSegmentation.Scoring;

namespace Microsoft.ML.MedicalSegmentation.Models;

/// <summary>Models that are made of the steps in their zip, beside those that ML.NET loads.</summary>
[TestClass]
public sealed class SavedStepsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);

    private SegmentationModelsCatalog Models => _ml.MedicalSegmentation().Models;

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void Load_Steps_GivesTheTransformersThatMLNetsPartsGive()
    {
        var (model, data) = Save("m.zip");

        var ofSteps = ((IEnumerable<ITransformer>)Models.Load(_folder["m.zip"])).ToList();
        var ofParts = ((IEnumerable<ITransformer>)Models.Load(_folder["m.zip"], out _)).ToList();

        CollectionAssert.AreEqual(ofParts.Select(link => link.GetType()).ToList(), ofSteps.Select(link => link.GetType()).ToList());
        SegmentedRows.AssertSame(Read(model, data), Read(new TransformerChain<ITransformer>([.. ofSteps]), data));
    }

    [TestMethod]
    public void Load_Steps_ReadsNothingOfMLNets()
    {
        var (model, data) = Save("m.zip");
        var part = ModelZipParts.Names(_folder["m.zip"]).First(name => name.EndsWith("Transform_000/Model.key", StringComparison.Ordinal));
        ModelZipParts.Replace(_folder["m.zip"], part, null);

        SegmentedRows.AssertSame(Read(model, data), Read(Models.Load(_folder["m.zip"]), data));
        Assert.ThrowsExactly<InputDataException>(() => Models.Load(_folder["m.zip"], out _));
    }

    [TestMethod]
    public void Load_StepsOfAnotherVersion_ReadsMLNetsParts()
    {
        var (model, data) = Save("m.zip");
        ModelZipParts.Replace(_folder["m.zip"], SavedSteps.EntryName, """{"format":2,"isChain":true,"states":["of 2"]}"""u8.ToArray());

        SegmentedRows.AssertSame(Read(model, data), Read(Models.Load(_folder["m.zip"]), data));
    }

    [TestMethod]
    public void Load_StepsWithoutTheDigestOfTheFile_ReadsMLNetsParts()
    {
        var (model, data) = Save("m.zip");
        ModelZipParts.Replace(_folder["m.zip"], SavedSteps.EntryName, """{"format":1,"isChain":true,"states":["changed"]}"""u8.ToArray());
        using (var zip = ZipFile.Open(_folder["m.zip"], ZipArchiveMode.Update))
        {
            zip.Comment = "";
        }

        SegmentedRows.AssertSame(Read(model, data), Read(Models.Load(_folder["m.zip"]), data));
    }

    [TestMethod]
    [DataRow("not a state", "state is not this library's")]
    [DataRow("medseg-state/2 Microsoft.ML.MedicalSegmentation/Unknown/1 00 2 2 0 {} {}", "SHA-256 digest differs")]
    public void Load_StateThatIsNoStep_IsRefused(string state, string reason)
    {
        Save("m.zip");
        ModelZipParts.Replace(
            _folder["m.zip"],
            SavedSteps.EntryName,
            Encoding.UTF8.GetBytes(new JsonObject { ["format"] = 1, ["isChain"] = true, ["states"] = new JsonArray(state) }.ToJsonString())
        );

        var fault = Assert.ThrowsExactly<InputDataException>(() => Models.Load(_folder["m.zip"]));

        StringAssert.Contains(fault.Message, reason);
        StringAssert.Contains(fault.Message, "m.zip");
    }

    [TestMethod]
    public void Load_StepsOfAnotherModelsWeights_IsRefused()
    {
        Save("m.zip");
        Save("other.zip", width: 40);
        ModelZipParts.Replace(_folder["m.zip"], SavedSteps.EntryName, ModelZipParts.Read(_folder["other.zip"], SavedSteps.EntryName));

        StringAssert.Contains(Assert.ThrowsExactly<InputDataException>(() => Models.Load(_folder["m.zip"])).Message, "weights are missing");
    }

    [TestMethod]
    public void Save_ModelWithTransformersOfOtherLibraries_HasNoSteps()
    {
        var data = _ml.Data.LoadFromEnumerable(Scans.Many(1));
        var stock = _ml.Transforms.CopyColumns("Copy", "CaseId").Fit(data);
        var own = SegmentationTransformer.Create(_ml, TinyOnnx.Threshold(new(1, 4, 4, 4)));
        Models.Save(new TransformerChain<ITransformer>(stock, own), data.Schema, _folder["m.zip"]);

        CollectionAssert.DoesNotContain(ModelZipParts.Names(_folder["m.zip"]), SavedSteps.EntryName);
        Assert.AreEqual("Copy", Models.Load(_folder["m.zip"]).Transform(data).Schema["Copy"].Name);
    }

    [TestMethod]
    public void Load_SingleTransformer_IsOneAgain()
    {
        var own = SegmentationTransformer.Create(_ml, TinyOnnx.Threshold(new(1, 4, 4, 4)));
        Models.Save(own, null, _folder["m.zip"]);

        Assert.IsInstanceOfType<SegmentationTransformer>(Models.Load(_folder["m.zip"]));
    }

    private (ITransformer Model, IDataView Data) Save(string name, int width = 48)
    {
        var data = _ml.Data.LoadFromEnumerable(Scans.Many(1));
        var normalize = _ml.MedicalSegmentation().Transforms.NormalizeIntensity().Fit(data);
        var network = SegmentationTransformer.Create(_ml, TinyOnnx.Random(new(1, 8, 8, 8), classes: 3, width, depth: 3));
        var model = new TransformerChain<ITransformer>(normalize, network);
        Models.Save(model, data.Schema, _folder[name]);
        return (model, data);
    }

    private LabelVolume Read(ITransformer model, IDataView data) =>
        SegmentedRows.Read<Labelled>(_ml, model.Transform(data)).Single().PredictedLabel;
}
