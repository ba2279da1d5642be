using Microsoft.ML.Data;
using Microsoft.ML.MedicalSegmentation.Persistence;

namespace Microsoft.ML.MedicalSegmentation;

[TestClass]
public sealed class SegmentationTransformerTests
{
    private static readonly VolumeShape Patch = new(1, 8, 8, 8);

    private readonly MLContext _ml = new(seed: 1);

    /// <summary>A row with what the model says of it.</summary>
    public sealed class Segmented
    {
        public string CaseId { get; set; } = "";

        [LabelVolumeColumn]
        public LabelVolume PredictedLabel { get; set; } = null!;

        [VolumeColumn]
        public Volume Probabilities { get; set; } = null!;
    }

    /// <summary>A row with what the model says of it, labels only.</summary>
    public sealed class Labelled
    {
        [LabelVolumeColumn]
        public LabelVolume PredictedLabel { get; set; } = null!;
    }

    [TestMethod]
    public void Transform_RowsOfManySizes_GivesWhatTheSegmenterGives()
    {
        var model = TinyOnnx.Random(Patch, classes: 3);
        using var segmenter = new OnnxSegmenter(model);
        using var transformer = SegmentationTransformer.Create(_ml, model, probabilitiesColumnName: "Probabilities");
        var scans = Enumerable.Range(4, 6).Select(side => Scans.Make(side, side)).ToList();

        var rows = Read<Segmented>(transformer.Transform(Normalized(scans)));

        Assert.AreEqual(scans.Count, rows.Count);
        var volumes = Read<ScanResult>(Normalized(scans));
        for (var i = 0; i < scans.Count; i++)
        {
            var expected = segmenter.Segment(volumes[i].Image, withProbabilities: true);
            AssertSame(expected.Labels, rows[i].PredictedLabel);
            CollectionAssert.AreEqual(expected.Probabilities!.Values(), rows[i].Probabilities.Values());
            Assert.AreEqual(scans[i].CaseId, rows[i].CaseId);
        }
    }

    [TestMethod]
    public void SaveAndLoad_WithinAPipeline_GivesBitIdenticalLabelsAndClasses()
    {
        var data = _ml.Data.LoadFromEnumerable(Scans.Many(3));
        var model = Pipeline(TinyOnnx.Steps(Patch)).Fit(data);

        var loaded = Reload(model, data.Schema);

        var (expected, actual) = (Read<Segmented>(model.Transform(data)), Read<Segmented>(loaded.Transform(data)));
        for (var i = 0; i < 3; i++)
        {
            AssertSame(expected[i].PredictedLabel, actual[i].PredictedLabel);
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

        var expected = Read<Labelled>(model.Transform(data)).Select(row => NewProcess.Digest(row.PredictedLabel.Voxels)).ToArray();

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

        var error = Assert.ThrowsException<ArgumentException>(() => Read<Labelled>(loaded.Transform(data)));
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

            var error = Assert.ThrowsException<InvalidOperationException>(() => Read<Labelled>(loaded.Transform(data)));

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
            AssertSame(direct.Predict(scan).PredictedLabel, loaded.Predict(scan).PredictedLabel);
        }
    }

    [TestMethod]
    public void Transform_AfterAnEngineDisposedTheModel_StillScores()
    {
        var data = Normalized([Scans.Make(1)]);
        using var transformer = SegmentationTransformer.Create(_ml, TinyOnnx.Threshold(Patch));
        using (var engine = _ml.Model.CreatePredictionEngine<Scan, Labelled>(transformer))
        {
            engine.Predict(Scans.Make(1));
        }

        transformer.Dispose();
        transformer.Dispose();

        Assert.AreEqual(1, Read<Labelled>(transformer.Transform(data)).Count);
    }

    [TestMethod]
    public void Transform_ManyRows_KeepsMemoryFlat()
    {
        // 40 rows of 2 MB; each is made when it is read.
        var shape = new VolumeShape(1, 64, 96, 80);
        IEnumerable<Scan> Stream()
        {
            for (var i = 0; i < 40; i++)
            {
                yield return new Scan { CaseId = $"{i}", Image = Volume.Create(new float[shape.Count], shape) };
            }
        }

        using var transformer = SegmentationTransformer.Create(_ml, TinyOnnx.Threshold(new(1, 32, 32, 32)));
        var view = transformer.Transform(_ml.Data.LoadFromEnumerable(Stream()));
        long atTenth = 0, largestAfter = 0;
        foreach (var (i, row) in _ml.Data.CreateEnumerable<Labelled>(view, reuseRowObject: true).Index())
        {
            Assert.AreEqual(shape, row.PredictedLabel.Shape);
            if (i % 10 == 9)
            {
                var held = GC.GetTotalMemory(forceFullCollection: true);
                (atTenth, largestAfter) = i == 9 ? (held, largestAfter) : (atTenth, Math.Max(largestAfter, held));
            }
        }

        Assert.IsTrue(largestAfter < atTenth + (4 * shape.Count), $"{atTenth:N0} bytes after 10 rows, {largestAfter:N0} later");
    }

    [TestMethod]
    public void Transform_LabelsColumn_IsAnnotatedWithTheClasses()
    {
        var model = TinyOnnx.Steps(Patch);
        using var transformer = SegmentationTransformer.Create(_ml, model, probabilitiesColumnName: "Probabilities");

        var schema = transformer.GetOutputSchema(Normalized([]).Schema);

        CollectionAssert.AreEqual(model.Info.Classes.ToArray(), ClassAnnotations.ReadClasses(schema["PredictedLabel"].Annotations).ToArray());
        CollectionAssert.AreEqual(new[] { "step 0", "step 1", "step 2" }, ClassAnnotations.ReadChannelNames(schema["Probabilities"].Annotations).ToArray());
    }

    [TestMethod]
    public void Transform_OtherSpacing_WarnsThroughTheLogOfTheContext()
    {
        var messages = new List<string>();
        _ml.Log += (_, e) => messages.Add(e.Message);
        using var transformer = SegmentationTransformer.Create(_ml, TinyOnnx.Threshold(Patch, spacing: new(1, 1, 1)));

        Read<Labelled>(transformer.Transform(Normalized(Scans.Many(2))));

        Assert.AreEqual(1, messages.Count(m => m.Contains("1 x 2 x 3 mm", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void ScoreWithOnnx_FileThatDescribesItself_NeedsNothingElse()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.onnx");
        try
        {
            TinyOnnx.Steps(Patch).SaveOnnx(path);
            var estimator = _ml.MedicalSegmentation().Transforms.ScoreWithOnnx(path);
            File.Delete(path);

            using var transformer = estimator.Fit(Normalized(Scans.Many(1)));
            var row = Read<Labelled>(transformer.Transform(Normalized(Scans.Many(1)))).Single();

            Assert.AreEqual("step 1", row.PredictedLabel.Classes[1].Name);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void ScoreWithOnnx_ColumnThatIsMissing_FailsAtTheSchema()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.onnx");
        try
        {
            TinyOnnx.Steps(Patch).SaveOnnx(path);
            var pipeline = _ml.Transforms.CopyColumns("Copy", "Image").Append(_ml.MedicalSegmentation().Transforms.ScoreWithOnnx(path, inputColumnName: "Scan"));

            var error = Assert.ThrowsException<ArgumentException>(() => pipeline.Fit(Normalized(Scans.Many(1))));

            StringAssert.Contains(error.Message, "Scan");
            StringAssert.Contains(error.Message, "Image");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void ScoreWithOnnx_ColumnOfAnotherKind_SaysWhatToPutBefore()
    {
        using var transformer = SegmentationTransformer.Create(_ml, TinyOnnx.Threshold(Patch), inputColumnName: "Age");

        var error = Assert.ThrowsException<ArgumentException>(() => transformer.GetOutputSchema(Normalized([]).Schema));

        StringAssert.Contains(error.Message, "Age");
        StringAssert.Contains(error.Message, "LoadVolumes");
    }

    [TestMethod]
    public void ScoreWithOnnx_OneColumnForBothOutputs_Fails()
    {
        var error = Assert.ThrowsException<ArgumentException>(
            () => _ml.MedicalSegmentation().Transforms.ScoreWithOnnx("model.onnx", "Out", probabilitiesColumnName: "Out"));

        StringAssert.Contains(error.Message, "two columns");
    }

    private EstimatorChain<VolumeTransformer> Pipeline(SegmentationModel model)
        => _ml.Transforms.CopyColumns("Raw", "Image")
            .Append(_ml.MedicalSegmentation().Transforms.NormalizeIntensity("Image", "Raw"))
            .Append(new Fixed(SegmentationTransformer.Create(_ml, model, probabilitiesColumnName: "Probabilities")));

    private IDataView Normalized(IEnumerable<Scan> scans)
    {
        var data = _ml.Data.LoadFromEnumerable(scans);
        return _ml.MedicalSegmentation().Transforms.NormalizeIntensity("Image").Fit(data).Transform(data);
    }

    private ITransformer Reload(ITransformer model, DataViewSchema schema)
    {
        using var stream = new MemoryStream();
        _ml.Model.Save(model, schema, stream);
        stream.Position = 0;
        return new MLContext().Model.Load(stream, out _);
    }

    private List<T> Read<T>(IDataView view)
        where T : class, new()
        => [.. _ml.Data.CreateEnumerable<T>(view, reuseRowObject: false)];

    private static void AssertSame(LabelVolume expected, LabelVolume actual)
    {
        CollectionAssert.AreEqual(expected.Voxels.Bytes.ToArray(), actual.Voxels.Bytes.ToArray());
        Assert.AreEqual(expected.Shape, actual.Shape);
        Assert.AreEqual(expected.Geometry, actual.Geometry);
    }

    /// <summary>Gives a transformer that is already there, as a trainer does.</summary>
    private sealed class Fixed(SegmentationTransformer transformer) : IEstimator<VolumeTransformer>
    {
        public VolumeTransformer Fit(IDataView input) => transformer;

        public SchemaShape GetOutputSchema(SchemaShape inputSchema)
            => OutputColumns.AddTo(inputSchema, [("PredictedLabel", ColumnKind.LabelVolume), ("Probabilities", ColumnKind.Volume)]);
    }
}
