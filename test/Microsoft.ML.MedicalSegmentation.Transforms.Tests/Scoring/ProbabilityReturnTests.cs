namespace Microsoft.ML.MedicalSegmentation.Scoring;

/// <summary>Volumes of another spacing: classes are decided on their own grid, from what the network says on that of training.</summary>
[TestClass]
public sealed class ProbabilityReturnTests
{
    private static readonly VolumeGeometry Oblique = new(
        new AffineTransform(new(0.9, 0.1, 0), new(-0.1, 1.2, 0.15), new(0.05, -0.2, 2), new(10, -20, 30))
    );

    [TestMethod]
    [DataRow("RAS", 1.5, 1.5, 1.5)]
    [DataRow("LPS", 0.7, 0.8, 1.1)]
    [DataRow("ASL", 1.9, 0.7, 1.7)]
    public void Segment_OfAnotherSpacing_DecidesByProbabilitiesInterpolatedOnTheVolumesOwnGrid(
        string orientation,
        double x,
        double y,
        double z
    )
    {
        // A network of probabilities, so that those of the older way, which interpolates after the activation, are the same.
        var model = Model(new(x, y, z));
        var volume = Scan().Reorient(orientation);
        using var late = new OnnxSegmenter(model, Settings(3));
        using var early = new OnnxSegmenter(model, Settings(3) with { LabelReturn = LabelInterpolation.PerClassLinear });

        var result = late.Segment(volume, withProbabilities: true);
        var expected = early.Segment(volume, withProbabilities: true).Probabilities!;

        Assert.AreEqual(volume.Geometry, result.Labels.Geometry);
        Assert.AreEqual(volume.Geometry, result.Probabilities!.Geometry);
        var (voxels, classes) = ((int)volume.Shape.Count, new HashSet<int>());
        for (var i = 0; i < voxels; i++)
        {
            var found = Enumerable.Range(0, 3).Select(c => result.Probabilities.Voxels[(c * voxels) + i]).ToArray();
            for (var c = 0; c < 3; c++)
            {
                Assert.AreEqual(expected.Voxels[(c * voxels) + i], found[c], 1e-4f, $"class {c} of voxel {i}");
            }

            var label = result.Labels.Voxels.Bytes[i];
            Assert.AreEqual(found.Max(), found[label], $"voxel {i}");
            classes.Add(label);
        }

        Assert.HasCount(3, classes);
    }

    [TestMethod]
    public void Segment_OfAnotherSpacing_GivesTheSameBitsForAnyThreadsAndBatch()
    {
        var model = Model(new(1.4, 1.4, 1.4));
        byte[] Labels(int threads, int batch)
        {
            using var segmenter = new OnnxSegmenter(model, Settings(threads) with { BatchSize = batch, MirrorAxes = [0, 2] });
            return segmenter.Segment(Scan()).Labels.Voxels.Bytes.ToArray();
        }

        var expected = Labels(1, 1);
        foreach (var (threads, batch) in new[] { (2, 1), (4, 1), (2, 3) })
        {
            CollectionAssert.AreEqual(expected, Labels(threads, batch), $"{threads} threads, batches of {batch}");
        }
    }

    [TestMethod]
    public void Segment_ThickSlices_TakeTheNearestSliceAsTheOptionsSay()
    {
        var model = Model(new(1, 1, 8));
        var volume = Scan().WithGeometry(VolumeGeometry.FromSpacing(1, 1, 2));
        using var nearest = new OnnxSegmenter(model, Settings(1));
        var result = nearest.Segment(volume, withProbabilities: true).Probabilities!;

        // 14 slices of 2 mm are 4 of 8 mm (28 to 32 mm): slices 0 to 3 lie nearest to the first or second of them.
        var plane = volume.Shape.Height * volume.Shape.Width;
        Assert.IsTrue(result.Voxels[..plane].SequenceEqual(result.Voxels.Slice(plane, plane)));
        Assert.IsFalse(result.Voxels[..plane].SequenceEqual(result.Voxels.Slice(7 * plane, plane)));
    }

    private static ScoringSettings Settings(int threads) => new()
    {
        Threads = threads,
        SpacingTolerance = 0.05,
        Resampling = ResamplingOptions.NnUNet with { Interpolation = Interpolation.Linear, MaximumThreads = threads },
    };

    private static Volume<float> Scan()
    {
        var noise = Scans.Noise(new(1, 14, 17, 19), 6, 1);
        return Volume.Create(noise.Voxels.ToArray(), noise.Shape, Oblique);
    }

    private static SegmentationModel Model(Vector3D spacing)
    {
        var model = TinyOnnx.Random(new(1, 8, 8, 8), classes: 3);
        return new(model.OnnxArray, model.Info with { Orientation = "RAS", Spacing = spacing, Activation = OutputActivation.None });
    }
}
