namespace Microsoft.ML.MedicalSegmentation.Scoring;

[TestClass]
public sealed class OnnxSegmenterResourceTests
{
    private static readonly ScoringSettings OneThread = new() { Threads = 1 };

    [TestMethod]
    public void Segment_Twice_GivesTheSameBits()
    {
        var model = TinyOnnx.Random(new(1, 8, 12, 16), classes: 4, width: 8, depth: 3);
        var volume = Scans.Noise(new(1, 20, 26, 33), 4, 1);
        using var first = new OnnxSegmenter(model, new() { Threads = 2 });
        using var second = new OnnxSegmenter(model, new() { Threads = 2 });

        var bits = new[] { first, first, second }
            .Select(s => s.Segment(volume, withProbabilities: true).Probabilities!.Bytes.ToArray())
            .ToArray();

        CollectionAssert.AreEqual(bits[0], bits[1]);
        CollectionAssert.AreEqual(bits[0], bits[2]);
    }

    [TestMethod]
    public void Segment_FromSeveralThreads_GivesEachItsOwnAnswer()
    {
        using var segmenter = new OnnxSegmenter(TinyOnnx.Threshold(new(1, 8, 8, 8)), OneThread);
        var volumes = Enumerable.Range(0, 12).Select(seed => Scans.Noise(new(1, 10 + seed, 9, 11), seed, 1)).ToArray();

        var labels = new LabelVolume[volumes.Length];
        Parallel.For(0, volumes.Length, i => labels[i] = segmenter.Segment(volumes[i]).Labels);

        for (var i = 0; i < volumes.Length; i++)
        {
            CollectionAssert.AreEqual(
                volumes[i].Voxels.ToArray().Select(v => v > 0.5f ? (byte)1 : (byte)0).ToArray(),
                labels[i].Voxels.Bytes.ToArray()
            );
        }
    }

    [TestMethod]
    public void Segment_LargeVolume_TakesLabelsAndSlabButNotClassesTimesVolume()
    {
        const int Classes = 6;
        var shape = new VolumeShape(1, 160, 96, 96);
        var patch = new VolumeShape(1, 16, 32, 32);
        using var segmenter = new OnnxSegmenter(TinyOnnx.Steps(patch, Classes), OneThread);
        var volume = Scans.Noise(shape, 2, 5);

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
    public void Segment_Cancelled_Stops()
    {
        using var segmenter = new OnnxSegmenter(TinyOnnx.Threshold(new(1, 4, 4, 4)), OneThread);

        Assert.ThrowsExactly<OperationCanceledException>(() =>
            segmenter.Segment(Scans.Noise(new(1, 8, 8, 8), 1, 1), cancellationToken: new(canceled: true))
        );
    }

    [TestMethod]
    public void Dispose_Twice_IsHarmlessAndScoringThenFails()
    {
        var segmenter = new OnnxSegmenter(TinyOnnx.Threshold(new(1, 4, 4, 4)), OneThread);

        segmenter.Dispose();
        segmenter.Dispose();

        Assert.ThrowsExactly<ObjectDisposedException>(() => segmenter.Segment(Scans.Noise(new(1, 4, 4, 4), 1, 1)));
    }

    [TestMethod]
    public void Dispose_WhileOthersScore_LetsThemEndOrFailCleanly()
    {
        var volume = Scans.Noise(new(1, 24, 24, 24), 1, 1);
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
}
