namespace Microsoft.ML.MedicalSegmentation.Intensity;

[TestClass]
public sealed class SmoothTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void Smooth_OfOneBrightVoxel_IsAGaussianInMillimetres()
    {
        var shape = new VolumeShape(2, 15, 21, 27);
        var geometry = VolumeGeometry.FromSpacing(0.5, 1, 2);
        var values = new float[shape.Count];
        var middle = (((7 * 21) + 10) * 27) + 13;
        values[(int)shape.ChannelCount + middle] = 1000;

        var smooth = Apply(Volume.Create(values, shape, geometry), 1);

        Assert.IsTrue(smooth.AsSpan(0, (int)shape.ChannelCount).IndexOfAnyExcept(0f) < 0, "the other channel stays empty");
        for (var z = 0; z < 15; z++)
        {
            for (var y = 0; y < 21; y++)
            {
                for (var x = 0; x < 27; x++)
                {
                    var expected = 1000 * Weight(x - 13, 0.5) * Weight(y - 10, 1) * Weight(z - 7, 2);
                    Assert.AreEqual(expected, smooth[(int)shape.ChannelCount + (((z * 21) + y) * 27) + x], 1e-3, $"x {x}, y {y}, z {z}");
                }
            }
        }
    }

    // scipy.ndimage.gaussian_filter(numpy.array([0., 1, 4, 9, 16, 25, 36]), 1.5), whose border is mirrored as well.
    [TestMethod]
    public void Smooth_AtTheBorder_ContinuesMirrored()
    {
        var smooth = Apply(Volume.Create(new float[] { 0, 1, 4, 9, 16, 25, 36 }, new VolumeShape(1, 1, 1, 7)), 1.5);
        double[] expected = [1.46513353, 2.98504187, 6.16811508, 11.09371998, 17.40904037, 23.82637337, 28.05257581];
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], smooth[i], 1e-5, $"{i}");
        }
    }

    [TestMethod]
    public void Smooth_OfStoredIntegersAndThickSlices_UsesValuesAndKeepsTheMean()
    {
        var random = new Random(1);
        var stored = Enumerable.Range(0, 6 * 40 * 50).Select(_ => (short)random.Next(1000)).ToArray();
        var volume = Volume.Create(stored, new VolumeShape(1, 6, 40, 50), VolumeGeometry.FromSpacing(1, 1, 50), new VoxelScaling(2, -1000));

        var smooth = Apply(volume, 2);

        Assert.AreEqual(stored.Average(voxel => (voxel * 2.0) - 1000), smooth.Average(), 0.05);
        for (var z = 0; z < 6; z++)
        {
            var slice = Volume.Create(
                stored[(z * 2000)..((z + 1) * 2000)],
                new VolumeShape(1, 1, 40, 50),
                scaling: new VoxelScaling(2, -1000)
            );
            CollectionAssert.AreEqual(Apply(slice, 2), smooth[(z * 2000)..((z + 1) * 2000)], "slices 50 mm apart do not mix");
        }
    }

    [TestMethod]
    public void Smooth_SavedAndLoaded_GivesTheSame()
    {
        using var folder = new TemporaryFolder();
        var data = Rows(Scans.Noise(new(1, 9, 10, 11), 3, 1));
        var model = _ml.MedicalSegmentation().Transforms.Smooth("Smoothed", "Image", sigma: 1.25).Fit(data);
        _ml.MedicalSegmentation().SaveModel(model, null, folder["m.zip"]);

        var loaded = new MLContext().Model.Load(folder["m.zip"], out _);

        CollectionAssert.AreEqual(Read(model.Transform(data)), Read(loaded.Transform(data)));
        Assert.AreEqual("1.25", $"{_ml.MedicalSegmentation().Describe(model).Stages[0].Options["Sigma"]}");
    }

    [TestMethod]
    public void Smooth_ImpossibleWidthOrValues_IsRefused()
    {
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => _ml.MedicalSegmentation().Transforms.Smooth(sigma: 0)).Message,
            "Sigma is 0"
        );
        StringAssert.Contains(
            Assert.ThrowsExactly<InputDataException>(() => Apply(Volume.Create([1, float.NaN], new VolumeShape(1, 1, 1, 2)), 1)).Message,
            "1 of 2 voxels"
        );
    }

    [TestMethod]
    public void Smooth_Cancelled_Ends()
    {
        using var scope = ScoringScope.Begin(new CancellationToken(canceled: true));
        Assert.Throws<OperationCanceledException>(() => Apply(Scans.Noise(new(1, 9, 10, 11), 3, 1), 1));
    }

    // The kernel ends at four standard deviations.
    private static double Weight(int voxels, double spacing) =>
        Math.Abs(voxels) > (int)((4 / spacing) + 0.5) ? 0 : Math.Exp(-0.5 * voxels * voxels * spacing * spacing) / Sum(1 / spacing);

    private static double Sum(double deviation)
    {
        var radius = (int)((4 * deviation) + 0.5);
        return Enumerable.Range(-radius, (2 * radius) + 1).Sum(i => Math.Exp(-0.5 * i * i / (deviation * deviation)));
    }

    private float[] Apply(Volume volume, double sigma)
    {
        var data = Rows(volume);
        return Read(_ml.MedicalSegmentation().Transforms.Smooth("Smoothed", "Image", sigma).Fit(data).Transform(data));
    }

    private IDataView Rows(Volume volume) => _ml.Data.LoadFromEnumerable([new Scan { Image = volume }]);

    private float[] Read(IDataView data) => _ml.Data.CreateEnumerable<Smoothed>(data, reuseRowObject: false).Single().Image.Values();

    private sealed class Scan
    {
        [VolumeColumn]
        public Volume Image { get; set; } = Volume.Create(new float[1], new VolumeShape(1, 1, 1, 1));
    }

    private sealed class Smoothed
    {
        [VolumeColumn, Data.ColumnName("Smoothed")]
        public Volume Image { get; set; } = Volume.Create(new float[1], new VolumeShape(1, 1, 1, 1));
    }
}
