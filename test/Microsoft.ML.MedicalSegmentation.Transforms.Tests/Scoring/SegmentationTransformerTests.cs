using Microsoft.ML.MedicalSegmentation.Columns;

namespace Microsoft.ML.MedicalSegmentation.Scoring;

[TestClass]
public sealed class SegmentationTransformerTests
{
    private static readonly VolumeShape Patch = new(1, 8, 8, 8);

    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void Transform_RowsOfManySizes_GivesWhatTheSegmenterGives()
    {
        var model = TinyOnnx.Random(Patch, classes: 3);
        using var segmenter = new OnnxSegmenter(model);
        using var transformer = SegmentationTransformer.Create(_ml, model, probabilitiesColumnName: "Probabilities");
        var scans = Enumerable.Range(4, 6).Select(side => Scans.Make(side, side)).ToList();

        var rows = SegmentedRows.Read<Segmented>(_ml, transformer.Transform(SegmentedRows.Normalized(_ml, scans)));

        Assert.AreEqual(scans.Count, rows.Count);
        var volumes = SegmentedRows.Read<ScanResult>(_ml, SegmentedRows.Normalized(_ml, scans));
        for (var i = 0; i < scans.Count; i++)
        {
            var expected = segmenter.Segment(volumes[i].Image, withProbabilities: true);
            SegmentedRows.AssertSame(expected.Labels, rows[i].PredictedLabel);
            CollectionAssert.AreEqual(expected.Probabilities!.Values(), rows[i].Probabilities.Values());
            Assert.AreEqual(scans[i].CaseId, rows[i].CaseId);
        }
    }

    [TestMethod]
    public void Transform_AfterAnEngineDisposedTheModel_StillScores()
    {
        var data = SegmentedRows.Normalized(_ml, [Scans.Make(1)]);
        using var transformer = SegmentationTransformer.Create(_ml, TinyOnnx.Threshold(Patch));
        using (var engine = _ml.Model.CreatePredictionEngine<Scan, Labelled>(transformer))
        {
            engine.Predict(Scans.Make(1));
        }

        transformer.Dispose();
        transformer.Dispose();

        Assert.AreEqual(1, SegmentedRows.Read<Labelled>(_ml, transformer.Transform(data)).Count);
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

        var schema = transformer.GetOutputSchema(SegmentedRows.Normalized(_ml, []).Schema);

        CollectionAssert.AreEqual(
            model.Info.Classes.ToArray(),
            ClassAnnotations.ReadClasses(schema["PredictedLabel"].Annotations).ToArray()
        );
        CollectionAssert.AreEqual(
            new[] { "step 0", "step 1", "step 2" },
            ClassAnnotations.ReadChannelNames(schema["Probabilities"].Annotations).ToArray()
        );
    }

    [TestMethod]
    public void Transform_OtherSpacing_WarnsThroughTheLogOfTheContext()
    {
        var messages = new List<string>();
        _ml.Log += (_, e) => messages.Add(e.Message);
        using var transformer = SegmentationTransformer.Create(_ml, TinyOnnx.Threshold(Patch, spacing: new(1, 1, 1)));

        SegmentedRows.Read<Labelled>(_ml, transformer.Transform(SegmentedRows.Normalized(_ml, Scans.Many(2))));

        Assert.AreEqual(2, messages.Count(m => m.Contains("1 x 2 x 3 mm", StringComparison.Ordinal)));
    }
}
