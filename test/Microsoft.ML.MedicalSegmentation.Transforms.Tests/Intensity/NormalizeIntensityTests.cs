namespace Microsoft.ML.MedicalSegmentation.Intensity;

[TestClass]
public class NormalizeIntensityTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void ZScore_TwoChannels_NormalizesEachByItself()
    {
        var values = new float[] { 1, 2, 3, 6, 100, 200, 300, 600 };
        var result = Apply(new(), Volume.Create(values, new VolumeShape(2, 1, 2, 2)));
        var deviation = Math.Sqrt(3.5);
        for (var i = 0; i < 4; i++)
        {
            Assert.AreEqual((values[i] - 3) / deviation, result[i], 1e-6);
            Assert.AreEqual(result[i], result[i + 4], 1e-6);
        }
    }

    [TestMethod]
    public void ZScore_ScaledIntegers_UsesValuesNotStoredVoxels()
    {
        var stored = Volume.Create(new short[] { 0, 1, 2, 3 }, new VolumeShape(1, 1, 2, 2), scaling: new(2, -1000));
        var plain = Volume.Create(new float[] { -1000, -998, -996, -994 }, new VolumeShape(1, 1, 2, 2));
        CollectionAssert.AreEqual(Apply(new(), plain), Apply(new(), stored));
    }

    [TestMethod]
    public void ZScore_ConstantChannel_IsZero() =>
        CollectionAssert.AreEqual(new float[4], Apply(new(), Volume.Create(new[] { 0.1f, 0.1f, 0.1f, 0.1f }, new VolumeShape(1, 1, 2, 2))));

    [TestMethod]
    public void ZScore_NonZeroOnly_LeavesZerosOutOfTheStatistics()
    {
        var result = Apply(new() { NonZeroOnly = true }, Volume.Create(new float[] { 0, 10, 20, 0, 30, 0 }, new VolumeShape(1, 1, 2, 3)));
        var deviation = Math.Sqrt(200 / 3.0);
        AreClose([0, -10 / deviation, 0, 0, 10 / deviation, 0], result);
    }

    [TestMethod]
    public void ZScore_Mask_UsesItsVoxelsAndClearsTheRest()
    {
        var shape = new VolumeShape(1, 1, 2, 2);
        var mask = LabelVolume.Create([2, 0, 1, 0], shape);
        AreClose([-1, 0, 1, 0], Apply(new() { MaskColumnName = "Label" }, Volume.Create(new float[] { 4, 1000, 8, -7 }, shape), mask));
    }

    [TestMethod]
    public void Mask_OnAnotherGridOrEmpty_IsRefused()
    {
        var options = new NormalizeIntensityEstimator.Options { MaskColumnName = "Label" };
        var shape = new VolumeShape(1, 1, 2, 2);
        var volume = Volume.Create(new float[4], shape);
        var shifted = LabelVolume.Create(new byte[] { 1, 1, 1, 1 }, shape, VolumeGeometry.Identity.Shifted(new(1, 0, 0)));
        StringAssert.Contains(
            Assert.ThrowsExactly<InputDataException>(() => Apply(options, volume, shifted)).Message,
            "does not lie on the grid"
        );
        var empty = LabelVolume.Create(new byte[4], shape);
        StringAssert.Contains(Assert.ThrowsExactly<InputDataException>(() => Apply(options, volume, empty)).Message, "no voxel above 0");
    }

    [TestMethod]
    public void MinMax_NegativeValues_ReachesZeroAndOne() =>
        AreClose(
            [0, 0.25, 0.5, 1],
            Apply(new() { Method = IntensityMethod.MinMax }, Volume.Create(new short[] { -100, 0, 100, 300 }, new VolumeShape(1, 1, 2, 2)))
        );

    [TestMethod]
    public void Window_SoftTissue_ClipsOutside()
    {
        var options = new NormalizeIntensityEstimator.Options { Method = IntensityMethod.Window, WindowCenter = 40, WindowWidth = 400 };
        AreClose([0, 0, 0.5, 1], Apply(options, Volume.Create(new short[] { -1024, -160, 40, 1500 }, new VolumeShape(1, 1, 2, 2))));
    }

    [TestMethod]
    public void ClipOnly_Percentiles_LimitsTheTails()
    {
        var values = Enumerable.Range(0, 101).Select(i => (float)i).ToArray();
        var result = Apply(
            new()
            {
                Method = IntensityMethod.ClipOnly,
                LowerPercentile = 5,
                UpperPercentile = 90.5,
            },
            Volume.Create(values, new VolumeShape(1, 1, 1, 101))
        );
        Assert.AreEqual((5f, 90.5f, 42f), (result[0], result[100], result[42]));
    }

    [TestMethod]
    public void NonFiniteVoxels_WithoutReplacement_AreRefusedWithCountAndPosition()
    {
        var values = new float[24];
        (values[13], values[20]) = (float.NaN, float.PositiveInfinity);
        var fault = Assert.ThrowsExactly<InputDataException>(() => Apply(new(), Volume.Create(values, new VolumeShape(2, 2, 2, 3))));
        foreach (var fact in new[] { "2 of 24 voxels", "NaN at [channel 1, z 0, y 0, x 1]", "NonFiniteReplacement" })
        {
            StringAssert.Contains(fault.Message, fact);
        }
    }

    [TestMethod]
    public void NonFiniteVoxels_InAFile_NameTheFile()
    {
        using var folder = new TemporaryFolder();
        VolumeFormats.Save(Volume.Create(new[] { 1f, float.NaN, 2, 3 }, new VolumeShape(1, 1, 2, 2)), folder["scan.nii.gz"]);
        var fault = Assert.ThrowsExactly<InputDataException>(() => Apply(new(), VolumeFormats.Open(folder["scan.nii.gz"])));
        StringAssert.Contains(fault.Message, folder["scan.nii.gz"]);
    }

    [TestMethod]
    public void NonFiniteVoxels_WithReplacement_AreReplacedBeforeStatistics() =>
        AreClose(
            [-1, 1, -1, 1],
            Apply(new() { NonFiniteReplacement = 4 }, Volume.Create(new[] { 2f, 4, 2, float.NaN }, new VolumeShape(1, 1, 2, 2)))
        );

    [TestMethod]
    public void Options_SeveralFaults_AreToldAtOnce()
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(() =>
            _ml.MedicalSegmentation()
                .Transforms.NormalizeIntensity(
                    new NormalizeIntensityEstimator.Options
                    {
                        LowerPercentile = 60,
                        UpperPercentile = 40,
                        WindowCenter = 3,
                        NonFiniteReplacement = float.NaN,
                    }
                )
        );
        foreach (var fact in new[] { "60 and 40", "set Method to Window", "NonFiniteReplacement is NaN" })
        {
            StringAssert.Contains(fault.Message, fact);
        }
    }

    private float[] Apply(NormalizeIntensityEstimator.Options options, Volume volume, LabelVolume? mask = null)
    {
        var before = volume.Values();
        var row = new LabelledScan { Image = volume, Label = mask ?? LabelVolume.Create(new byte[1], new VolumeShape(1, 1, 1, 1)) };
        var data = _ml.Data.LoadFromEnumerable(new[] { row });
        var model = _ml.MedicalSegmentation().Transforms.NormalizeIntensity(options).Fit(data);
        var result = _ml.Data.CreateEnumerable<LabelledScan>(model.Transform(data), reuseRowObject: false).Single().Image;
        Assert.AreEqual(VoxelType.Float32, result.VoxelType);
        CollectionAssert.AreEqual(before, volume.Values(), "the input changed");
        return result.Values();
    }

    private static void AreClose(double[] expected, float[] actual)
    {
        Assert.AreEqual(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], 1e-6, $"voxel {i}");
        }
    }
}
