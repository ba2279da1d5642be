namespace Microsoft.ML.MedicalSegmentation;

[TestClass]
public sealed class OnnxSegmenterTests
{
    private static readonly ScoringSettings OneThread = new() { Threads = 1 };

    [TestMethod]
    [DataRow(16, 16, 16)]
    [DataRow(8, 16, 16)]
    [DataRow(23, 31, 45)]
    [DataRow(5, 40, 7)]
    [DataRow(1, 1, 1)]
    [DataRow(17, 16, 15)]
    public void Segment_PointwiseNetwork_EqualsDecidingEachVoxel(int depth, int height, int width)
    {
        var volume = Noise(new(1, depth, height, width), seed: 3, scale: 2.4f);
        using var segmenter = new OnnxSegmenter(TinyOnnx.Steps(new(1, 8, 16, 16)), OneThread);

        var labels = segmenter.Segment(volume).Labels;

        var expected = volume.Voxels.ToArray().Select(v => (byte)(v < 0.5f ? 0 : v < 1.5f ? 10 : 20)).ToArray();
        CollectionAssert.AreEqual(expected, labels.Voxels.Bytes.ToArray());
        Assert.AreEqual("step 2", labels.Classes[2].Name);
        Assert.AreEqual(volume.Geometry, labels.Geometry);
    }

    [TestMethod]
    [DataRow(20, 26, 33, 1)]
    [DataRow(20, 26, 33, 4)]
    [DataRow(7, 26, 5, 1)]
    public void Segment_OverlappingTiles_EqualsBlendingTheWholeVolumeAtOnce(int depth, int height, int width, int batchSize)
    {
        var model = TinyOnnx.Random(new(1, 8, 12, 16), classes: 3);
        var volume = Noise(new(1, depth, height, width), seed: 4, scale: 1);
        var settings = OneThread with { BatchSize = batchSize };
        using var segmenter = new OnnxSegmenter(model, settings);

        var result = segmenter.Segment(volume, withProbabilities: true);

        var expected = BlendInFull(model, volume);
        Assert.IsNotNull(result.Probabilities);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], result.Probabilities.Voxels[i], 1e-5, $"{i}");
        }

        for (var z = 0; z < depth; z++)
        {
            for (var x = 0; x < width; x++)
            {
                var best = Enumerable.Range(0, 3).MaxBy(k => result.Probabilities.GetValue(k, z, height / 2, x));
                Assert.AreEqual(best, result.Labels[z, height / 2, x]);
            }
        }
    }

    [TestMethod]
    public void Segment_WithProbabilities_TheySumToOne()
    {
        using var segmenter = new OnnxSegmenter(TinyOnnx.Random(new(1, 8, 8, 8), classes: 5), OneThread);

        var probabilities = segmenter.Segment(Noise(new(1, 13, 14, 15), 5, 3), withProbabilities: true).Probabilities;

        Assert.IsNotNull(probabilities);
        Assert.AreEqual(new VolumeShape(5, 13, 14, 15), probabilities.Shape);
        for (var i = 0; i < probabilities.Shape.ChannelCount; i++)
        {
            var sum = Enumerable.Range(0, 5).Sum(k => (double)probabilities.Voxels[(k * 13 * 14 * 15) + i]);
            Assert.AreEqual(1, sum, 1e-5);
        }
    }

    [TestMethod]
    public void Segment_WithoutBeingAsked_GivesNoProbabilities()
    {
        using var segmenter = new OnnxSegmenter(TinyOnnx.Threshold(new(1, 8, 8, 8)), OneThread);

        Assert.IsNull(segmenter.Segment(Noise(new(1, 8, 8, 8), 1, 1)).Probabilities);
    }

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
        var straight = Volume.Create(Noise(new(1, 9, 12, 15), 6, 1).Voxels.ToArray(), new(1, 9, 12, 15), oblique);
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
        var volume = Noise(new(1, 9, 12, 15), 6, 1);
        using var segmenter = new OnnxSegmenter(TinyOnnx.Random(new(1, 8, 8, 8), classes: 3), OneThread);

        var asIs = segmenter.Segment(volume).Labels;
        var elsewhere = segmenter.Segment(volume.WithGeometry(new(new AffineTransform(new(-1, 0, 0), new(0, 0, 1), new(0, 1, 0), default)))).Labels;

        CollectionAssert.AreEqual(asIs.Voxels.Bytes.ToArray(), elsewhere.Voxels.Bytes.ToArray());
    }

    [TestMethod]
    public void Segment_StoredIntegersWithScaling_ScoresTheirValues()
    {
        var stored = Enumerable.Range(0, 6 * 7 * 9).Select(i => (short)(i % 100)).ToArray();
        var volume = Volume.Create(stored, new(1, 6, 7, 9), scaling: new(0.01, 0));
        using var segmenter = new OnnxSegmenter(TinyOnnx.Threshold(new(1, 4, 4, 4)), OneThread);

        var labels = segmenter.Segment(volume).Labels.Voxels.Bytes.ToArray();

        CollectionAssert.AreEqual(stored.Select(v => v * 0.01f > 0.5f ? (byte)1 : (byte)0).ToArray(), labels);
    }

    [TestMethod]
    public void Segment_FlatNetwork_ScoresEverySlice()
    {
        var volume = Noise(new(1, 5, 21, 30), 7, 1);
        using var segmenter = new OnnxSegmenter(TinyOnnx.Threshold(new(1, 1, 16, 16), spatialDimensions: 2), OneThread with { BatchSize = 3 });

        var labels = segmenter.Segment(volume).Labels;

        CollectionAssert.AreEqual(volume.Voxels.ToArray().Select(v => v > 0.5f ? (byte)1 : (byte)0).ToArray(), labels.Voxels.Bytes.ToArray());
    }

    [TestMethod]
    public void Segment_SeveralChannels_ReadsEachInOrder()
    {
        // Class 1 where the second channel is above the first.
        var info = new SegmentationModelInfo { Classes = [new(0, "first"), new(1, "second")], Patch = new(2, 4, 4, 4) };
        using var segmenter = new OnnxSegmenter(TinyOnnx.Model(info, new TinyOnnx.Layer(2, 2, 1, [1, 0, 0, 1], [0, 0])), OneThread);
        var volume = Noise(new(2, 6, 5, 7), 8, 1);

        var labels = segmenter.Segment(volume).Labels.Voxels.Bytes.ToArray();

        for (var i = 0; i < labels.Length; i++)
        {
            Assert.AreEqual(volume.Voxels[labels.Length + i] > volume.Voxels[i] ? 1 : 0, labels[i]);
        }
    }

    [TestMethod]
    public void Segment_OneLogitChannel_IsThresholdedAtOneHalf()
    {
        var info = new SegmentationModelInfo { Classes = [new(0, "out"), new(7, "in")], Patch = new(1, 4, 4, 4), Activation = OutputActivation.Sigmoid };
        using var segmenter = new OnnxSegmenter(TinyOnnx.Model(info, new TinyOnnx.Layer(1, 1, 1, [1], [-0.5f])), OneThread);
        var volume = Noise(new(1, 6, 5, 7), 9, 1);

        var result = segmenter.Segment(volume, withProbabilities: true);

        Assert.IsNotNull(result.Probabilities);
        for (var i = 0; i < volume.Voxels.Length; i++)
        {
            Assert.AreEqual(volume.Voxels[i] > 0.5f ? 7 : 0, result.Labels.Voxels.Bytes[i]);
            Assert.AreEqual(1 / (1 + Math.Exp(0.5 - volume.Voxels[i])), result.Probabilities.Voxels[volume.Voxels.Length + i], 1e-5);
        }
    }

    [TestMethod]
    public void Segment_LargeLabelValues_AreStoredInSixteenBits()
    {
        var info = new SegmentationModelInfo { Classes = [new(0, "out"), new(700, "in")], Patch = new(1, 4, 4, 4) };
        using var segmenter = new OnnxSegmenter(TinyOnnx.Model(info, new TinyOnnx.Layer(2, 1, 1, [0, 1], [0.5f, 0])), OneThread);

        var labels = segmenter.Segment(Volume.Create([0f, 1f], new(1, 1, 1, 2))).Labels;

        Assert.AreEqual(VoxelType.UInt16, labels.Voxels.VoxelType);
        Assert.AreEqual((0, 700), (labels[0, 0, 0], labels[0, 0, 1]));
    }

    [TestMethod]
    public void Segment_Twice_GivesTheSameBits()
    {
        var model = TinyOnnx.Random(new(1, 8, 12, 16), classes: 4, width: 8, depth: 3);
        var volume = Noise(new(1, 20, 26, 33), 4, 1);
        using var first = new OnnxSegmenter(model, new() { Threads = 2 });
        using var second = new OnnxSegmenter(model, new() { Threads = 2 });

        var bits = new[] { first, first, second }.Select(s => s.Segment(volume, withProbabilities: true).Probabilities!.Bytes.ToArray()).ToArray();

        CollectionAssert.AreEqual(bits[0], bits[1]);
        CollectionAssert.AreEqual(bits[0], bits[2]);
    }

    [TestMethod]
    public void Segment_FromSeveralThreads_GivesEachItsOwnAnswer()
    {
        using var segmenter = new OnnxSegmenter(TinyOnnx.Threshold(new(1, 8, 8, 8)), OneThread);
        var volumes = Enumerable.Range(0, 12).Select(seed => Noise(new(1, 10 + seed, 9, 11), seed, 1)).ToArray();

        var labels = new LabelVolume[volumes.Length];
        Parallel.For(0, volumes.Length, i => labels[i] = segmenter.Segment(volumes[i]).Labels);

        for (var i = 0; i < volumes.Length; i++)
        {
            CollectionAssert.AreEqual(volumes[i].Voxels.ToArray().Select(v => v > 0.5f ? (byte)1 : (byte)0).ToArray(), labels[i].Voxels.Bytes.ToArray());
        }
    }

    [TestMethod]
    public void Segment_LargeVolume_TakesLabelsAndSlabButNotClassesTimesVolume()
    {
        const int Classes = 6;
        var shape = new VolumeShape(1, 160, 96, 96);
        var patch = new VolumeShape(1, 16, 32, 32);
        using var segmenter = new OnnxSegmenter(TinyOnnx.Steps(patch, Classes), OneThread);
        var volume = Noise(shape, 2, 5);

        var first = AllocatedBy(() => segmenter.Segment(volume));
        var second = AllocatedBy(() => segmenter.Segment(volume));

        var slab = sizeof(float) * Classes * patch.Depth * shape.Height * shape.Width;
        var tiles = sizeof(float) * (1 + Classes) * patch.ChannelCount;
        var plane = sizeof(int) * shape.Height * shape.Width;
        const int Bookkeeping = 1 << 20;
        Assert.IsTrue(first < shape.Count + slab + tiles + plane + Bookkeeping, $"{first:N0} bytes");
        Assert.IsTrue(second < shape.Count + plane + Bookkeeping, $"{second:N0} bytes");
        Assert.IsTrue(first < sizeof(float) * Classes * shape.Count / 2, $"{first:N0} bytes");
    }

    [TestMethod]
    public void Segment_OtherChannels_SaysWhatTheModelTakes()
    {
        using var segmenter = new OnnxSegmenter(TinyOnnx.Threshold(new(1, 4, 4, 4)), OneThread);

        var error = Assert.ThrowsException<ArgumentException>(() => segmenter.Segment(Noise(new(3, 4, 4, 4), 1, 1)));

        StringAssert.Contains(error.Message, "3 channels; the model takes 1");
    }

    [TestMethod]
    public void Segment_VoxelsThatAreNoNumbers_TellsCountAndFirst()
    {
        var voxels = new float[2 * 5 * 6 * 7];
        voxels[210 + (2 * 42) + (3 * 7) + 4] = float.NaN;
        voxels[^1] = float.PositiveInfinity;
        var info = new SegmentationModelInfo { Classes = [new(0, "a"), new(1, "b")], Patch = new(2, 4, 4, 4) };
        using var segmenter = new OnnxSegmenter(TinyOnnx.Model(info, new TinyOnnx.Layer(2, 2, 1, [1, 0, 0, 1], [0, 0])), OneThread);

        var error = Assert.ThrowsException<ArgumentException>(() => segmenter.Segment(Volume.Create(voxels, new(2, 5, 6, 7))));

        StringAssert.Contains(error.Message, "2 voxels");
        StringAssert.Contains(error.Message, "[channel 1, z 2, y 3, x 4]");
        StringAssert.Contains(error.Message, "NonFiniteReplacement");
    }

    [TestMethod]
    public void Segment_NetworkThatGivesNaN_NamesTheClass()
    {
        var info = new SegmentationModelInfo { Classes = [new(0, "background"), new(1, "cyst")], Patch = new(1, 4, 4, 4), Preprocessing = "z-score" };
        using var segmenter = new OnnxSegmenter(TinyOnnx.Model(info, new TinyOnnx.Layer(2, 1, 1, [1, float.NaN], [0, 0])), OneThread);

        var error = Assert.ThrowsException<InvalidOperationException>(() => segmenter.Segment(Noise(new(1, 4, 4, 4), 1, 1)));

        StringAssert.Contains(error.Message, "NaN");
        StringAssert.Contains(error.Message, "cyst");
        StringAssert.Contains(error.Message, "z-score");
    }

    [TestMethod]
    public void Segment_OtherSpacing_WarnsOnceOrFailsAsAsked()
    {
        var model = TinyOnnx.Threshold(new(1, 4, 4, 4), orientation: "RAS", spacing: new(1, 1, 3));
        var warnings = new List<string>();
        using var lenient = new OnnxSegmenter(model, OneThread, warn: warnings.Add);
        using var strict = new OnnxSegmenter(model, OneThread with { RequireTrainingSpacing = true });

        // Spacing 3 lies along this volume's x, which is the model's z; the second differs along z.
        var sameButTurned = Noise(new(1, 4, 4, 4), 1, 1).WithGeometry(new(new AffineTransform(new(0, 0, 3), new(0, 1.1, 0), new(1, 0, 0), default)));
        var other = sameButTurned.WithGeometry(VolumeGeometry.FromSpacing(1, 1, 2));
        lenient.Segment(sameButTurned);
        strict.Segment(sameButTurned);
        Assert.AreEqual(0, warnings.Count);

        lenient.Segment(other);
        lenient.Segment(other);
        var error = Assert.ThrowsException<ArgumentException>(() => strict.Segment(other));

        StringAssert.Contains(warnings.Single(), "1 x 1 x 2 mm");
        StringAssert.Contains(error.Message, "1 x 1 x 3 mm");
        StringAssert.Contains(error.Message, "Resample");
    }

    [TestMethod]
    public void Segment_Cancelled_Stops()
    {
        using var segmenter = new OnnxSegmenter(TinyOnnx.Threshold(new(1, 4, 4, 4)), OneThread);

        Assert.ThrowsException<OperationCanceledException>(() => segmenter.Segment(Noise(new(1, 8, 8, 8), 1, 1), cancellationToken: new(canceled: true)));
    }

    [TestMethod]
    public void Constructor_DescriptionThatTheNetworkContradicts_Fails()
    {
        var model = TinyOnnx.Threshold(new(1, 4, 4, 4));

        var error = Assert.ThrowsException<ArgumentException>(
            () => new OnnxSegmenter(new SegmentationModel(model.OnnxArray, model.Info with { Patch = new(1, 8, 4, 4) })));

        StringAssert.Contains(error.Message, "[4, 4, 4]");
        StringAssert.Contains(error.Message, "[8, 4, 4]");
    }

    [TestMethod]
    public void Constructor_FixedBatch_DemandsItAndFillsTheLastUp()
    {
        var info = TinyOnnx.Threshold(new(1, 4, 4, 4)).Info;
        var model = new SegmentationModel(TinyOnnx.Write(info, [], [new(2, 1, 1, [0, 1], [0.5f, 0])], fixedBatch: 2), info);
        var volume = Noise(new(1, 4, 4, 10), 1, 1);

        var error = Assert.ThrowsException<ArgumentException>(() => new OnnxSegmenter(model, OneThread));
        using var segmenter = new OnnxSegmenter(model, OneThread with { BatchSize = 2 });

        StringAssert.Contains(error.Message, "batches of 2");
        CollectionAssert.AreEqual(
            volume.Voxels.ToArray().Select(v => v > 0.5f ? (byte)1 : (byte)0).ToArray(), segmenter.Segment(volume).Labels.Voxels.Bytes.ToArray());
    }

    [TestMethod]
    public void Constructor_DamagedModel_SaysSo()
    {
        var model = TinyOnnx.Threshold(new(1, 4, 4, 4));

        var error = Assert.ThrowsException<InvalidDataException>(() => new OnnxSegmenter(new SegmentationModel(model.OnnxArray[..100], model.Info)));

        StringAssert.Contains(error.Message, "100 bytes");
    }

    [TestMethod]
    public void Constructor_ImpossibleSettings_ListsEveryFault()
    {
        var error = Assert.ThrowsException<ArgumentException>(() => new OnnxSegmenter(
            TinyOnnx.Threshold(new(1, 4, 4, 4)), new() { Overlap = 1, Threads = -1, BatchSize = 0, SpacingTolerance = 0 }));

        foreach (var fact in new[] { "Overlap is 1", "Threads is -1", "BatchSize is 0", "SpacingTolerance is 0" })
        {
            StringAssert.Contains(error.Message, fact);
        }
    }

    [TestMethod]
    public void Constructor_GpuThatIsNotThere_FallsBackWithAWarningOrFails()
    {
        var model = TinyOnnx.Threshold(new(1, 4, 4, 4));
        var warnings = new List<string>();

        using var segmenter = new OnnxSegmenter(model, OneThread, new ScoringDevice(GpuDeviceId: 99), warnings.Add);
        var error = Assert.ThrowsException<InvalidOperationException>(() => new OnnxSegmenter(model, OneThread, new ScoringDevice(99, FallbackToCpu: false)));

        StringAssert.Contains(warnings.Single(), "CUDA device 99");
        StringAssert.Contains(error.Message, "Microsoft.ML.OnnxRuntime.Gpu");
        Assert.AreEqual(1, segmenter.Segment(Volume.Create([1f], new(1, 1, 1, 1))).Labels[0, 0, 0]);
    }

    [TestMethod]
    public void Dispose_Twice_IsHarmlessAndScoringThenFails()
    {
        var segmenter = new OnnxSegmenter(TinyOnnx.Threshold(new(1, 4, 4, 4)), OneThread);

        segmenter.Dispose();
        segmenter.Dispose();

        Assert.ThrowsException<ObjectDisposedException>(() => segmenter.Segment(Noise(new(1, 4, 4, 4), 1, 1)));
    }

    [TestMethod]
    public void Dispose_WhileOthersScore_LetsThemEndOrFailCleanly()
    {
        var volume = Noise(new(1, 24, 24, 24), 1, 1);
        for (var round = 0; round < 10; round++)
        {
            var segmenter = new OnnxSegmenter(TinyOnnx.Random(new(1, 8, 8, 8), classes: 3), OneThread);
            using var started = new ManualResetEventSlim();
            var scoring = Task.Run(() =>
            {
                started.Set();
                return segmenter.Segment(volume).Labels.Shape;
            });
            started.Wait();
            Thread.SpinWait(round * 50_000);
            segmenter.Dispose();

            try
            {
                Assert.AreEqual(volume.Shape, scoring.GetAwaiter().GetResult());
            }
            catch (ObjectDisposedException)
            {
                // Disposed before its last tile.
            }
        }
    }

    private static long AllocatedBy(Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static SegmentationModel WithOrientation(SegmentationModel model, string orientation)
        => new(model.OnnxArray, model.Info with { Orientation = orientation });

    private static Volume<float> Noise(VolumeShape shape, int seed, float scale)
    {
        var random = new Random(seed);
        return Volume.Create([.. Enumerable.Range(0, (int)shape.Count).Select(_ => random.NextSingle() * scale)], shape);
    }

    /// <summary>Probabilities by sums over classes x volume, in double precision: the definition, without any saving of memory.</summary>
    private static double[] BlendInFull(SegmentationModel model, Volume<float> volume)
    {
        var (patch, size, classes) = (model.Info.Patch, volume.Shape, model.Info.Classes.Count);
        using var network = new OnnxNetwork(model, threads: 1, batchSize: 1, new(), _ => { });
        var (z, y, x) = (TileWeights.Gaussian(patch.Depth), TileWeights.Gaussian(patch.Height), TileWeights.Gaussian(patch.Width));
        var sums = new double[classes * size.Count];
        var weights = new double[size.Count];
        foreach (var z0 in SlidingWindow.Positions(size.Depth, patch.Depth))
        {
            foreach (var tile in new SlidingWindow(size, patch).TilesAt(z0))
            {
                var (input, output) = (new float[patch.Count], new float[classes * patch.Count]);
                var inside = Enumerable.Range(0, (int)patch.Count)
                    .Select(i => (Tile: i, Z: tile.Z + (i / patch.Width / patch.Height), Y: tile.Y + (i / patch.Width % patch.Height), X: tile.X + (i % patch.Width)))
                    .Where(v => v.Z >= 0 && v.Z < size.Depth && v.Y >= 0 && v.Y < size.Height && v.X >= 0 && v.X < size.Width).ToList();
                inside.ForEach(v => input[v.Tile] = volume.Voxels[(int)volume.Offset(0, v.Z, v.Y, v.X)]);
                network.Run(input, output, 1);
                foreach (var v in inside)
                {
                    var (at, weight) = ((int)volume.Offset(0, v.Z, v.Y, v.X), z[v.Z - tile.Z] * y[v.Y - tile.Y] * x[v.X - tile.X]);
                    weights[at] += weight;
                    for (var k = 0; k < classes; k++)
                    {
                        sums[(k * size.Count) + at] += weight * output[(k * patch.Count) + v.Tile];
                    }
                }
            }
        }

        var probabilities = new double[sums.Length];
        for (var i = 0; i < size.Count; i++)
        {
            var exponentials = Enumerable.Range(0, classes).Select(k => Math.Exp(sums[(k * size.Count) + i] / weights[i])).ToArray();
            for (var k = 0; k < classes; k++)
            {
                probabilities[(k * size.Count) + i] = exponentials[k] / exponentials.Sum();
            }
        }

        return probabilities;
    }
}
