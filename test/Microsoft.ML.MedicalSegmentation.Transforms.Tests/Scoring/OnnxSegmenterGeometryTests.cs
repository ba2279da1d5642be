namespace Microsoft.ML.MedicalSegmentation.Scoring;

[TestClass]
public sealed class OnnxSegmenterGeometryTests
{
    private static readonly ScoringSettings OneThread = new() { Threads = 1 };

    [TestMethod]
    [DataRow("RAS")]
    [DataRow("LPS")]
    [DataRow("SAL")]
    [DataRow("PIR")]
    [DataRow("ASR")]
    public void Segment_VolumeInAnotherOrientation_GivesTheSameLabelsAtTheSamePlaces(string orientation)
    {
        // The network is not symmetric, so a missed flip or swap changes its answer.
        var model = WithOrientation(TinyOnnx.Random(new(1, 8, 8, 8), classes: 3), "RAS");
        var oblique = new VolumeGeometry(new AffineTransform(new(0.9, 0.1, 0), new(-0.1, 1.2, 0.15), new(0.05, -0.2, 2), new(10, -20, 30)));
        var straight = Volume.Create(Scans.Noise(new(1, 9, 12, 15), 6, 1).Voxels.ToArray(), new(1, 9, 12, 15), oblique);
        using var segmenter = new OnnxSegmenter(model, OneThread);
        var expected = segmenter.Segment(straight, withProbabilities: true);

        var turned = straight.Reorient(orientation);
        var result = segmenter.Segment(turned, withProbabilities: true);

        Assert.AreEqual(turned.Geometry, result.Labels.Geometry);
        Assert.AreEqual(turned.Shape, result.Labels.Shape);
        CollectionAssert.AreEqual(expected.Labels.Voxels.Bytes.ToArray(), result.Labels.Reorient("RAS").Voxels.Bytes.ToArray());
        CollectionAssert.AreEqual(expected.Probabilities?.Bytes.ToArray(), result.Probabilities?.Reorient("RAS").Bytes.ToArray());
    }

    [TestMethod]
    public void Segment_ModelWithoutOrientation_ScoresVolumesAsTheyLie()
    {
        var volume = Scans.Noise(new(1, 9, 12, 15), 6, 1);
        using var segmenter = new OnnxSegmenter(TinyOnnx.Random(new(1, 8, 8, 8), classes: 3), OneThread);

        var asIs = segmenter.Segment(volume).Labels;
        var elsewhere = segmenter
            .Segment(volume.WithGeometry(new(new AffineTransform(new(-1, 0, 0), new(0, 0, 1), new(0, 1, 0), default))))
            .Labels;

        CollectionAssert.AreEqual(asIs.Voxels.Bytes.ToArray(), elsewhere.Voxels.Bytes.ToArray());
    }

    [TestMethod]
    public void Segment_OtherSpacing_WarnsOfEachVolumeOrFailsAsAsked()
    {
        var model = TinyOnnx.Threshold(new(1, 4, 4, 4), orientation: "RAS", spacing: new(1, 1, 3));
        var warnings = new List<string>();
        using var lenient = new OnnxSegmenter(model, OneThread, warn: warnings.Add);
        using var strict = new OnnxSegmenter(model, OneThread with { RequireTrainingSpacing = true });

        // Spacing 3 lies along this volume's x, which is the model's z; the second differs along z.
        var sameButTurned = Scans
            .Noise(new(1, 4, 4, 4), 1, 1)
            .WithGeometry(new(new AffineTransform(new(0, 0, 3), new(0, 1.1, 0), new(1, 0, 0), default)));
        var other = sameButTurned.WithGeometry(VolumeGeometry.FromSpacing(1, 1, 2));
        lenient.Segment(sameButTurned);
        strict.Segment(sameButTurned);
        Assert.AreEqual(0, warnings.Count);

        lenient.Segment(other);
        lenient.Segment(other);
        var error = Assert.ThrowsExactly<InputDataException>(() => strict.Segment(other));

        Assert.HasCount(2, warnings);
        Assert.IsTrue(warnings.TrueForAll(warning => warning.Contains("1 x 1 x 2 mm", StringComparison.Ordinal)));
        StringAssert.Contains(error.Message, "1 x 1 x 3 mm");
        StringAssert.Contains(error.Message, "Resample");
    }

    [TestMethod]
    public void Segment_OtherSpacingWithResampling_ScoresAtTheTrainingSpacingAndReturns()
    {
        // A bright ball, drawn at 1 x 1 x 3 mm along the axes S, R, A; the model was trained at 1.5 mm along R, A, S.
        var geometry = new VolumeGeometry(new AffineTransform(new(0, 0, 1), new(1, 0, 0), new(0, 3, 0), new(-30, 12, 5)));
        var ball = Ball(geometry);
        var model = TinyOnnx.Threshold(new(1, 8, 8, 8), orientation: "RAS", spacing: new(1.5, 1.5, 1.5));
        var warnings = new List<string>();
        using var segmenter = new OnnxSegmenter(
            model,
            OneThread with
            {
                Resampling = ResamplingOptions.NnUNet,
                SpacingTolerance = 0.1,
            },
            warn: warnings.Add
        );

        var result = segmenter.Segment(ball, withProbabilities: true);

        Assert.AreEqual(0, warnings.Count);
        Assert.AreEqual(ball.Shape, result.Labels.Shape);
        Assert.AreEqual(geometry, result.Labels.Geometry);
        Assert.AreEqual("bright", result.Labels.Classes[1].Name);
        var expected = ball.Voxels.ToArray().Select(value => value > 0.5f ? 1 : 0).ToArray();
        var found = result.Labels.Voxels.Values();
        var both = expected.Zip(found).Count(pair => pair is (1, 1));
        Assert.IsTrue(2.0 * both / (expected.Sum() + found.Sum()) > 0.93, $"{both} of {expected.Sum()} and {found.Sum()}");
        Assert.IsNotNull(result.Probabilities);
        Assert.AreEqual(geometry, result.Probabilities.Geometry);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(1, result.Probabilities.Voxels[i] + result.Probabilities.Voxels[expected.Length + i], 1e-5f);
        }
    }

    [TestMethod]
    public void Segment_TrainingSpacingWithResampling_ScoresTheVolumeItself()
    {
        var volume = Scans.Noise(new(1, 9, 8, 7), 3, 1).WithGeometry(VolumeGeometry.FromSpacing(1, 1, 3.1));
        var model = TinyOnnx.Threshold(new(1, 4, 4, 4), orientation: "RAS", spacing: new(1, 1, 3));
        using var plain = new OnnxSegmenter(model, OneThread);
        using var resampling = new OnnxSegmenter(model, OneThread with { Resampling = new() });

        Assert.IsTrue(plain.Segment(volume).Labels.Voxels.Bytes.SequenceEqual(resampling.Segment(volume).Labels.Voxels.Bytes));
    }

    [TestMethod]
    public void Segment_FlatNetworkWithResampling_KeepsTheSlices()
    {
        var model = TinyOnnx.Threshold(new(1, 1, 8, 8), spatialDimensions: 2, orientation: "RAS", spacing: new(1, 1, 1));
        var volume = Scans.Noise(new(1, 3, 8, 8), 3, 1).WithGeometry(VolumeGeometry.FromSpacing(1, 1, 7));
        var warnings = new List<string>();
        using var segmenter = new OnnxSegmenter(model, OneThread, warn: warnings.Add);
        segmenter.Segment(volume);
        Assert.AreEqual(0, warnings.Count);

        var wide = volume.WithGeometry(VolumeGeometry.FromSpacing(2, 2, 7));
        using var resampling = new OnnxSegmenter(model, OneThread with { Resampling = new() });
        Assert.AreEqual(wide.Geometry, resampling.Segment(wide).Labels.Geometry);
    }

    [TestMethod]
    public void Segment_AbsurdSpacingWithResampling_IsRefusedBeforeMemoryIsTaken()
    {
        var model = TinyOnnx.Threshold(new(1, 4, 4, 4), orientation: "RAS", spacing: new(1, 1, 1));
        var volume = Scans.Noise(new(1, 9, 8, 7), 3, 1).WithGeometry(VolumeGeometry.FromSpacing(1000, 1000, 1000));
        using var segmenter = new OnnxSegmenter(model, OneThread with { Resampling = new() });

        var error = Assert.ThrowsExactly<InputDataException>(() => segmenter.Segment(volume));

        StringAssert.Contains(error.Message, "504,000,000,000 values");
        StringAssert.Contains(error.Message, "MaximumResampledVoxels");
    }

    private static Volume<float> Ball(VolumeGeometry geometry)
    {
        var shape = new VolumeShape(1, 14, 36, 34);
        var centre = geometry.IndexToWorld.Apply(new(17, 18, 7));
        return Volume.Create(
            [.. Enumerable.Range(0, (int)shape.Count).Select(i => (geometry.IndexToWorld.Apply(
                new(i % shape.Width, i / shape.Width % shape.Height, i / shape.Width / shape.Height)) - centre).Length < 13 ? 1f : 0f)],
            shape,
            geometry);
    }

    private static SegmentationModel WithOrientation(SegmentationModel model, string orientation)
        => new(model.OnnxArray, model.Info with { Orientation = orientation });
}
