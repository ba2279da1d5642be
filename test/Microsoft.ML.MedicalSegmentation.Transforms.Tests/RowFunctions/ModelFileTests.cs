using System.IO.Compression;
using Microsoft.ML.Data;
using Microsoft.ML.MedicalSegmentation.Scoring;

namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

/// <summary>Models with weights large enough to be read apart from what ML.NET loads.</summary>
[TestClass]
public sealed class ModelFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);
    private readonly SegmentationModel _network = TinyOnnx.Random(new(1, 8, 8, 8), classes: 3, width: 48, depth: 3);

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void Load_LargeWeights_GivesOwnTransformersThatScoreAlike()
    {
        var (model, data) = Fit();
        var expected = Read(model, data);
        Assert.IsGreaterThan(1 << 17, _network.Onnx.Length, "the weights are too small for this test");
        _ml.MedicalSegmentation().Models.Save(model, data.Schema, _folder["m.zip"]);

        var loaded = _ml.MedicalSegmentation().Models.Load(_folder["m.zip"], out var schema);

        var links = ((IEnumerable<ITransformer>)loaded).ToList();
        Assert.IsInstanceOfType<VolumeTransformer>(links[0]);
        var segmentation = (SegmentationTransformer)links[^1];
        Assert.IsTrue(_network.Onnx.Span.SequenceEqual(segmentation.Model.Onnx.Span));
        Assert.AreEqual("CaseId", schema![0].Name);
        SegmentedRows.AssertSame(expected, Read(loaded, data));
    }

    [TestMethod]
    public async Task SaveAsyncAndLoadAsync_GiveAModelThatScoresAlike()
    {
        var (model, data) = Fit();
        var models = _ml.MedicalSegmentation().Models;
        await models.SaveAsync(model, data.Schema, _folder["m.zip"]);

        var loaded = await models.LoadAsync(_folder["m.zip"]);

        SegmentedRows.AssertSame(Read(model, data), Read(loaded, data));
        SegmentedRows.AssertSame(Read(model, data), Read(models.Load(_folder["m.zip"]), data));
    }

    [TestMethod]
    public async Task CancelledSavingAndLoading_AreCancelled()
    {
        var (model, data) = Fit();
        var models = _ml.MedicalSegmentation().Models;
        models.Save(model, data.Schema, _folder["m.zip"]);
        var cancelled = new CancellationToken(canceled: true);

        Assert.Throws<OperationCanceledException>(() => models.Load(_folder["m.zip"], cancellationToken: cancelled));
        await Assert.ThrowsAsync<OperationCanceledException>(() => models.LoadAsync(_folder["m.zip"], cancellationToken: cancelled));
        await Assert.ThrowsAsync<OperationCanceledException>(() => models.SaveAsync(model, data.Schema, _folder["other.zip"], cancelled));
        Assert.HasCount(1, Directory.GetFiles(_folder.Path));
    }

    [TestMethod]
    public void Load_ByMLNetsOwnCatalog_ScoresAlike()
    {
        var (model, data) = Fit();
        _ml.MedicalSegmentation().Models.Save(model, data.Schema, _folder["m.zip"]);
        SegmentedRows.AssertSame(Read(model, data), Read(new MLContext().Model.Load(_folder["m.zip"], out _), data));
    }

    [TestMethod]
    public void SaveAgain_LoadedEitherWay_KeepsWeights()
    {
        var (model, data) = Fit();
        var models = _ml.MedicalSegmentation().Models;
        models.Save(model, data.Schema, _folder["first.zip"]);
        _ml.Model.Save(models.Load(_folder["first.zip"]), data.Schema, _folder["second.zip"]);
        _ml.Model.Save(_ml.Model.Load(_folder["second.zip"], out _), data.Schema, _folder["third.zip"]);

        var last = models.Load(_folder["third.zip"]);

        SegmentedRows.AssertSame(Read(model, data), Read(last, data));
        Assert.IsTrue(models.Describe(last).Segmentation!.Onnx.Span.SequenceEqual(_network.Onnx.Span));
    }

    [TestMethod]
    public void Save_Weights_AreStoredWithoutCompression()
    {
        var (model, data) = Fit();
        _ml.MedicalSegmentation().Models.Save(model, data.Schema, _folder["m.zip"]);
        using var zip = ZipFile.OpenRead(_folder["m.zip"]);
        var largest = zip.Entries.MaxBy(entry => entry.Length)!;
        Assert.IsLessThan(1.02 * _network.Onnx.Length, largest.Length);
        Assert.IsGreaterThan(0.99 * largest.Length, largest.CompressedLength);
    }

    [TestMethod]
    public void Load_AnyByteOfTheWeightsChanged_IsRefused()
    {
        var (model, data) = Fit();
        _ml.MedicalSegmentation().Models.Save(model, data.Schema, _folder["m.zip"]);
        var bytes = File.ReadAllBytes(_folder["m.zip"]);
        for (var i = 1; i < 10; i++)
        {
            var changed = bytes.ToArray();
            changed[bytes.Length / 10 * i] ^= 1;
            File.WriteAllBytes(_folder["changed.zip"], changed);
            var fault = Assert.ThrowsExactly<InputDataException>(
                () => _ml.MedicalSegmentation().Models.Load(_folder["changed.zip"]),
                $"byte {bytes.Length / 10 * i}"
            );
            StringAssert.Contains(fault.Message, "changed.zip");
        }
    }

    [TestMethod]
    public void Load_SettingsChanged_AreFollowed()
    {
        var data = _ml.Data.LoadFromEnumerable(Scans.Many(1));
        var network = TinyOnnx.Threshold(new(1, 8, 8, 8), orientation: "RAS", spacing: new(1, 1, 1));
        var models = _ml.MedicalSegmentation().Models;
        models.Save(SegmentationTransformer.Create(_ml, network), data.Schema, _folder["m.zip"]);

        var strict = models.Load(
            _folder["m.zip"],
            new ModelLoadOptions { Settings = saved => saved with { RequireTrainingSpacing = true } }
        );

        StringAssert.Contains(Assert.ThrowsExactly<InputDataException>(() => Read(strict, data)).Message, "1 x 2 x 3 mm");
        Assert.ThrowsExactly<ArgumentException>(() =>
            models.Load(_folder["m.zip"], new ModelLoadOptions { Settings = saved => saved with { BatchSize = 0 } })
        );
    }

    [TestMethod]
    public void Load_SpacingOfAnotherKind_ReachesTheLogOfTheContext()
    {
        var data = _ml.Data.LoadFromEnumerable(Scans.Many(1));
        _ml.MedicalSegmentation().Models.Save(
            SegmentationTransformer.Create(_ml, TinyOnnx.Threshold(new(1, 8, 8, 8), spacing: new(9, 9, 9))), data.Schema, _folder["m.zip"]);
        var lines = new List<string>();
        var context = new MLContext();
        context.Log += (_, line) => lines.Add(line.Message);

        Read(context.MedicalSegmentation().Models.Load(_folder["m.zip"]), data);

        Assert.IsTrue(lines.Any(line => line.Contains("9 x 9 x 9 mm", StringComparison.Ordinal)), string.Join("; ", lines));
    }

    private (ITransformer Model, IDataView Data) Fit()
    {
        var data = _ml.Data.LoadFromEnumerable(Scans.Many(1));
        var normalize = _ml.MedicalSegmentation().Transforms.NormalizeIntensity().Fit(data);
        return (new TransformerChain<ITransformer>(normalize, SegmentationTransformer.Create(_ml, _network)), data);
    }

    private LabelVolume Read(ITransformer model, IDataView data) =>
        SegmentedRows.Read<Labelled>(_ml, model.Transform(data)).Single().PredictedLabel;
}
