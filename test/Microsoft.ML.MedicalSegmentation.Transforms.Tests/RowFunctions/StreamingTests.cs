namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

[TestClass]
[DoNotParallelize]
public sealed class StreamingTests : IDisposable
{
    private const int Rows = 200;
    private const long AllowedGrowth = 96L << 20;

    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Transform_TwoHundredVolumes_TakesNoMoreMemoryThanAFew(bool reload)
    {
        // 2 MiB as stored, 4 MiB after normalisation: 1.2 GiB pass through in all.
        var shape = new VolumeShape(1, 64, 128, 128);
        var path = _folder["scan.nii"];
        VolumeFormats.Save(Volume.Create(Enumerable.Range(0, (int)shape.Count).Select(i => (short)(i % 1000)).ToArray(), shape), path);
        var data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, Rows).Select(_ => new PathRow { ImagePath = path }));
        var transforms = _ml.MedicalSegmentation().Transforms;
        ITransformer model = transforms
            .LoadVolumes()
            .Append(transforms.NormalizeIntensity())
            .Append(transforms.CropOrPad(width: 100))
            .Fit(data);
        if (reload)
        {
            _ml.MedicalSegmentation().SaveModel(model, data.Schema, _folder["model.zip"]);
            model = _ml.Model.Load(_folder["model.zip"], out _);
        }

        var (managed, resident, count) = (0L, 0L, 0);
        foreach (var row in _ml.Data.CreateEnumerable<ScanResult>(model.Transform(data), reuseRowObject: true, ignoreMissingColumns: true))
        {
            Assert.AreEqual(100, row.Image.Shape.Width);
            if (++count == Rows / 10)
            {
                (managed, resident) = Measure();
            }
        }

        var (managedAfter, residentAfter) = Measure();
        Assert.AreEqual(Rows, count);
        Assert.IsTrue(managedAfter - managed < AllowedGrowth, $"managed memory grew by {(managedAfter - managed) >> 20} MiB");
        Assert.IsTrue(residentAfter - resident < AllowedGrowth, $"the working set grew by {(residentAfter - resident) >> 20} MiB");
    }

    private static (long Managed, long Resident) Measure()
    {
        // Also gives freed memory back to the system, which the collector else keeps for a while.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return (GC.GetTotalMemory(forceFullCollection: false), Environment.WorkingSet);
    }
}
