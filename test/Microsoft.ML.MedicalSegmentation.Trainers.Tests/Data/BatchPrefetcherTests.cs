using Microsoft.ML.MedicalSegmentation.Phantoms;
using Microsoft.ML.MedicalSegmentation.Data.Augmentation;
using Microsoft.ML.MedicalSegmentation.Data.Cases;
using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Data;

[TestClass]
public class BatchPrefetcherTests
{
    private static readonly VolumeShape Patch = new(1, 4, 4, 4);

    [TestMethod]
    public void Take_ManyBatches_ComeInOrder()
    {
        var sampler = NewSampler();
        using var batches = new BatchPrefetcher<TrainingBatch>(
            () => new TrainingBatch(2, Patch),
            Enumerable.Range(1, 10).Select(i => Filler(sampler, i))
        );
        for (var i = 1; i <= 10; i++)
        {
            var batch = batches.Take(CancellationToken.None);
            Assert.AreEqual(i, batch.Image[0, 0, 0, 0, 0].item<float>());
            batches.Return(batch);
        }

        Assert.ThrowsExactly<InvalidOperationException>(() => batches.Take(CancellationToken.None));
    }

    [TestMethod]
    public void Take_AnyNumberOfWorkers_GivesTheSameBatches()
    {
        var (image, labels) = Phantom.Create(1);
        var classes = new ClassMap(labels.Classes);
        var source = new TrainingCase(0, image, labels, ForegroundIndex.Build(labels, classes));
        var sampler = new PatchSampler(new(1, 16, 16, 16), classes, 0.5, AugmentationPresets.NnUNet(VolumeAxes.All));

        List<float[]> Batches(int workers)
        {
            var fillers = Enumerable
                .Range(0, 24)
                .Select(step => (Action<TrainingBatch>)(batch => batch.Fill([source, source], sampler, i => new RandomStream(5, step, i))));
            using var batches = new BatchPrefetcher<TrainingBatch>(() => new TrainingBatch(2, new(1, 16, 16, 16)), fillers, workers);
            return [.. Enumerable.Range(0, 24).Select(_ =>
            {
                var batch = batches.Take(CancellationToken.None);
                var voxels = batch.Image.data<float>().ToArray();
                batches.Return(batch);
                return voxels;
            })];
        }

        var expected = Batches(1);

        foreach (var workers in new[] { 2, 5 })
        {
            foreach (var (one, other) in expected.Zip(Batches(workers)))
            {
                CollectionAssert.AreEqual(one, other);
            }
        }
    }

    [TestMethod]
    public void Take_FillerFails_ThrowsItsError()
    {
        var sampler = NewSampler();
        var fillers = new[] { Filler(sampler, 1), _ => throw new InvalidDataException("the second volume is cut short") };
        using var batches = new BatchPrefetcher<TrainingBatch>(() => new TrainingBatch(2, Patch), fillers);
        batches.Return(batches.Take(CancellationToken.None));

        var error = Assert.ThrowsExactly<InvalidDataException>(() => batches.Take(CancellationToken.None));

        StringAssert.Contains(error.Message, "cut short");
    }

    [TestMethod]
    public void Dispose_BatchesLeft_EndsTheThread()
    {
        var sampler = NewSampler();
        var filled = 0;
        var batches = new BatchPrefetcher<TrainingBatch>(() => new TrainingBatch(2, Patch), Enumerable.Range(1, 1000).Select(i =>
        {
            filled++;
            return Filler(sampler, i);
        }));
        batches.Take(CancellationToken.None);

        batches.Dispose();

        Assert.IsTrue(filled <= 4, $"{filled} batches were prepared though three exist.");
    }

    private static PatchSampler NewSampler() => new(Patch, new([new(0, "background"), new(1, "structure")]), 0, AugmentationPresets.None);

    /// <summary>Fills a batch with one case whose voxels all hold <paramref name="value"/>.</summary>
    private static Action<TrainingBatch> Filler(PatchSampler sampler, int value)
    {
        var labels = LabelVolume.Create(new byte[64], Patch);
        var foreground = ForegroundIndex.Build(labels, new([new(0, "background"), new(1, "structure")]));
        var source = new TrainingCase(value, Volume.Create(Enumerable.Repeat((float)value, 64).ToArray(), Patch), labels, foreground);
        return batch => batch.Fill([source], sampler, i => new RandomStream(i));
    }
}
