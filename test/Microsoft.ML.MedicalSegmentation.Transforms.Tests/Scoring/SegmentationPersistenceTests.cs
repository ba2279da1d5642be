using Microsoft.ML.Data;
using Microsoft.ML.MedicalSegmentation.RowFunctions;

namespace Microsoft.ML.MedicalSegmentation.Scoring;

/// <summary>Segmentation in model zips and prediction engines.</summary>
[TestClass]
public sealed class SegmentationPersistenceTests
{
    private static readonly VolumeShape Patch = new(1, 8, 8, 8);

    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void SaveAndLoad_WithinAPipeline_GivesBitIdenticalLabelsAndClasses()
    {
        var data = _ml.Data.LoadFromEnumerable(Scans.Many(3));
        var model = Pipeline(TinyOnnx.Steps(Patch)).Fit(data);

        var loaded = Reload(model, data.Schema);

        var (expected, actual) = (
            SegmentedRows.Read<Segmented>(_ml, model.Transform(data)),
            SegmentedRows.Read<Segmented>(_ml, loaded.Transform(data))
        );
        for (var i = 0; i < 3; i++)
        {
            SegmentedRows.AssertSame(expected[i].PredictedLabel, actual[i].PredictedLabel);
            CollectionAssert.AreEqual(expected[i].PredictedLabel.Classes.ToArray(), actual[i].PredictedLabel.Classes.ToArray());
            CollectionAssert.AreEqual(expected[i].Probabilities.Values(), actual[i].Probabilities.Values());
        }
    }

    [TestMethod]
    public void SaveAndLoad_InANewProcessWithABareContext_GivesBitIdenticalLabels()
    {
        using var folder = new TemporaryFolder();
        var rows = folder.WriteScans(3);
        var data = _ml.Data.LoadFromEnumerable(rows);
        var transforms = _ml.MedicalSegmentation().Transforms;
        using var segmentation = SegmentationTransformer.Create(
            _ml, TinyOnnx.Random(Patch, classes: 3), probabilitiesColumnName: "Probabilities", settings: new() { Threads = 2 });
        var model = transforms.LoadVolumes().Append(transforms.NormalizeIntensity()).Append(new Fixed(segmentation)).Fit(data);
        _ml.Model.Save(model, data.Schema, folder["model.zip"]);

        var expected = SegmentedRows
            .Read<Labelled>(_ml, model.Transform(data))
            .Select(row => NewProcess.Digest(row.PredictedLabel.Voxels))
            .ToArray();

        CollectionAssert.AreEqual(expected, NewProcess.Score(folder["model.zip"], rows.Select(row => row.ImagePath)));
        Assert.AreEqual(3, expected.Distinct().Count());
    }

    [TestMethod]
    public void SaveAndLoad_SettingsAndDescription_AreKept()
    {
        // A strict spacing tolerance must still refuse the row (spacing 1 x 2 x 3 mm) in the loaded model.
        var model = TinyOnnx.Threshold(Patch, orientation: "RAS", spacing: new(1, 1, 1));
        var data = _ml.Data.LoadFromEnumerable(Scans.Many(1));
        using var transformer = SegmentationTransformer.Create(_ml, model, settings: new() { RequireTrainingSpacing = true });

        var loaded = Reload(transformer, data.Schema);

        var error = Assert.ThrowsExactly<InputDataException>(() => SegmentedRows.Read<Labelled>(_ml, loaded.Transform(data)));
        StringAssert.Contains(error.Message, "1 x 2 x 3 mm");
    }

    [TestMethod]
    [DoNotParallelize]
    public void Load_DeviceForLoadedModelsThatIsNotThere_Fails()
    {
        var data = _ml.Data.LoadFromEnumerable(Scans.Many(1));
        using var transformer = SegmentationTransformer.Create(_ml, TinyOnnx.Threshold(Patch));
        var loaded = Reload(transformer, data.Schema);
        var before = ScoringDevice.ForLoadedModels;
        try
        {
            ScoringDevice.ForLoadedModels = new(GpuDeviceId: 99, FallbackToCpu: false);

            var error = Assert.ThrowsExactly<ExecutionEnvironmentException>(() =>
                SegmentedRows.Read<Labelled>(_ml, loaded.Transform(data))
            );

            StringAssert.Contains(error.Message, "CUDA device 99");
        }
        finally
        {
            ScoringDevice.ForLoadedModels = before;
        }
    }

    [TestMethod]
    public void PredictionEngine_OnFittedAndLoadedModel_GivesTheSameLabels()
    {
        var data = _ml.Data.LoadFromEnumerable(Scans.Many(1));
        var model = Pipeline(TinyOnnx.Steps(Patch)).Fit(data);
        using var direct = _ml.Model.CreatePredictionEngine<Scan, Segmented>(model);
        using var loaded = _ml.Model.CreatePredictionEngine<Scan, Segmented>(Reload(model, data.Schema));

        foreach (var scan in Scans.Many(3))
        {
            SegmentedRows.AssertSame(direct.Predict(scan).PredictedLabel, loaded.Predict(scan).PredictedLabel);
        }
    }

    private EstimatorChain<VolumeTransformer> Pipeline(SegmentationModel model)
        => _ml.Transforms.CopyColumns("Raw", "Image")
            .Append(_ml.MedicalSegmentation().Transforms.NormalizeIntensity("Image", "Raw"))
            .Append(new Fixed(SegmentationTransformer.Create(_ml, model, probabilitiesColumnName: "Probabilities")));

    private ITransformer Reload(ITransformer model, DataViewSchema schema)
    {
        using var stream = new MemoryStream();
        _ml.Model.Save(model, schema, stream);
        stream.Position = 0;
        return new MLContext().Model.Load(stream, out _);
    }

    /// <summary>Gives a transformer that is already there, as a trainer does.</summary>
    private sealed class Fixed(SegmentationTransformer transformer) : IEstimator<VolumeTransformer>
    {
        public VolumeTransformer Fit(IDataView input) => transformer;

        public SchemaShape GetOutputSchema(SchemaShape inputSchema)
            => OutputColumns.AddTo(inputSchema, [("PredictedLabel", ColumnKind.LabelVolume), ("Probabilities", ColumnKind.Volume)]);
    }
}
