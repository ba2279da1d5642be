namespace Microsoft.ML.MedicalSegmentation.Spatial;

[TestClass]
public sealed class ResamplingTests
{
    // Positions (x, y, z) in a 6 x 5 x 4 volume of (7x + 13y + 29z) mod 17, and SciPy 1.10's answers:
    // map_coordinates(v, order=1) and map_coordinates(v, order=3, mode='mirror').
    private static readonly (Vector3D At, float Linear, float Cubic)[] Golden =
    [
        (new(2.75, 1.25, 0.5), 6.96875f, 6.7373159f),
        (new(4.9, 3.9, 2.9), 5.577f, 4.34565457f),
        (new(3, 2, 1), 8f, 8f),
        (new(0.3, 0.2, 0.1), 4.234f, 1.74546397f),
        (new(5, 0, 2.5), 5.5f, 4.325f),
    ];

    [TestMethod]
    public void ResampleTo_ParallelGrid_AgreesWithSciPy()
    {
        foreach (var (at, linear, cubic) in Golden)
        {
            var geometry = VolumeGeometry.Identity.Shifted(at);
            Assert.AreEqual(linear, Value(geometry, Interpolation.Linear), 2e-5f, $"linear at {at}");
            Assert.AreEqual(cubic, Value(geometry, Interpolation.CubicSpline), 2e-4f, $"cubic at {at}");
        }
    }

    [TestMethod]
    public void ResampleTo_ObliqueGrid_AgreesWithSciPy()
    {
        // A grid turned by 30 degrees about z; only its first voxel is compared.
        var (c, s) = (Math.Cos(Math.PI / 6), Math.Sin(Math.PI / 6));
        foreach (var (at, linear, cubic) in Golden)
        {
            var geometry = new VolumeGeometry(new AffineTransform(new(c, s, 0), new(-s, c, 0), new(0, 0, 1), at));
            Assert.AreEqual(linear, Value(geometry, Interpolation.Linear, 2), 2e-5f, $"linear at {at}");
            Assert.AreEqual(cubic, Value(geometry, Interpolation.CubicSpline, 2), 2e-4f, $"cubic at {at}");
        }
    }

    [TestMethod]
    public void Resample_ToFinerSpacingOfARamp_IsTheRamp()
    {
        var shape = new VolumeShape(1, 6, 7, 8);
        var voxels = new short[shape.Count];
        for (var i = 0; i < voxels.Length; i++)
        {
            voxels[i] = (short)((i % 8 * 4) + (i / 8 % 7 * 2) + (i / 56));
        }

        var volume = Volume.Create(voxels, shape, VolumeGeometry.FromSpacing(2, 3, 4), new VoxelScaling(0.5, 10));
        var fine = (Volume<float>)volume.Resample(new Vector3D(1, 1.5, 2));
        Assert.AreEqual(new VolumeShape(1, 12, 14, 16), fine.Shape);
        for (var z = 2; z < 10; z++)
        {
            var index = volume.Geometry.WorldToIndex.Apply(fine.Geometry.IndexToWorld.Apply(new(5, 6, z)));
            var expected = (((index.X * 4) + (index.Y * 2) + index.Z) * 0.5) + 10;
            Assert.AreEqual(expected, fine.GetValue(0, z, 6, 5), 1e-4);
        }
    }

    [TestMethod]
    public void Resample_ThereAndBack_PutsTheGridExactlyWhereItWas()
    {
        var volume = Sample().WithGeometry(Oblique());
        var there = volume.Resample(new Vector3D(0.7, 0.9, 1.7));
        var back = there.ResampleTo(volume.Shape, volume.Geometry);
        Assert.AreEqual(volume.Geometry, back.Geometry);
        Assert.AreEqual(volume.Shape, back.Shape);
        Assert.AreEqual(0.7, there.Geometry.Spacing.X, 1e-9);
    }

    [TestMethod]
    public void ResampleTo_MirroredAndSwappedAxes_TakesTheSameVoxels()
    {
        var volume = Sample();
        var turned = volume.Reorient("SLA");
        foreach (var interpolation in Enum.GetValues<Interpolation>())
        {
            var back = turned.ResampleTo(volume.Shape, volume.Geometry, new() { Interpolation = interpolation }).ToSingle();
            var expected = volume.ToSingle();
            for (var i = 0; i < expected.Voxels.Length; i++)
            {
                Assert.AreEqual(expected.Voxels[i], back.Voxels[i], 1e-4f, $"{interpolation}, voxel {i}");
            }
        }
    }

    [TestMethod]
    public void ResampleTo_OutsideTheSource_IsTheSmallestValueOrTheGivenOne()
    {
        var volume = Volume.Create(new short[] { 5, 6, 7, 8 }, new(1, 1, 2, 2), scaling: new VoxelScaling(1, -1024));
        var far = VolumeGeometry.Identity.Shifted(new(10, 0, 0));
        Assert.AreEqual(-1019f, volume.ResampleTo(new(1, 1, 1, 1), far).GetValue(0, 0, 0, 0));
        Assert.AreEqual(
            -1019f,
            volume.ResampleTo(new(1, 1, 1, 1), far, new() { Interpolation = Interpolation.Nearest }).GetValue(0, 0, 0, 0)
        );
        Assert.AreEqual(3f, volume.ResampleTo(new(1, 1, 1, 1), far, new() { OutsideValue = 3 }).GetValue(0, 0, 0, 0));
    }

    [TestMethod]
    public void ResampleTo_NearestAlongDepthOnly_BlendsWithinSlicesOnly()
    {
        var volume = Volume.Create(new float[] { 0, 2, 10, 12 }, new(1, 2, 1, 2));
        var geometry = VolumeGeometry.Identity.Shifted(new(0.5, 0, 0.3));
        var value = volume.ResampleTo(new(1, 1, 1, 1), geometry, new() { AlongDepth = Interpolation.Nearest }).GetValue(0, 0, 0, 0);
        Assert.AreEqual(1, value, 1e-6);
    }

    [TestMethod]
    public void Resample_SpacingOfZero_IsRefused()
    {
        var fault = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Sample().Resample(new Vector3D(1, 0, 1)));
        StringAssert.Contains(fault.Message, "above 0");
    }

    [TestMethod]
    public void ResampleLabels_EitherWay_NeverInventsALabel()
    {
        var labels = LabelVolume.Create([0, 0, 7, 7, 0, 0, 7, 300], new(1, 2, 2, 2));
        foreach (var interpolation in Enum.GetValues<LabelInterpolation>())
        {
            var fine = labels.Resample(new Vector3D(0.3, 0.3, 0.3), new() { Interpolation = interpolation });
            var counts = fine.CountValues();
            for (var value = 0; value < counts.Length; value++)
            {
                Assert.IsTrue(value is 0 or 7 or 300 || counts[value] == 0, $"{interpolation} invented {value}");
            }
        }
    }

    [TestMethod]
    public void ResampleLabels_PerClassLinear_TakesTheHeaviestClassAndTheSmallerOnATie()
    {
        var labels = LabelVolume.Create(new byte[] { 1, 2 }, new(1, 1, 1, 2));
        int At(double x) =>
            labels.ResampleTo(
                new(1, 1, 1, 1),
                VolumeGeometry.Identity.Shifted(new(x, 0, 0)),
                new() { Interpolation = LabelInterpolation.PerClassLinear }
            )[0, 0, 0];
        Assert.AreEqual(1, At(0.4));
        Assert.AreEqual(1, At(0.5));
        Assert.AreEqual(2, At(0.6));
    }

    private static float Value(VolumeGeometry geometry, Interpolation interpolation, int size = 1)
        => (float)Sample().ResampleTo(new(1, size, size, size), geometry, new() { Interpolation = interpolation }).GetValue(0, 0, 0, 0);

    private static Volume<float> Sample()
    {
        var voxels = new float[6 * 5 * 4];
        for (var i = 0; i < voxels.Length; i++)
        {
            voxels[i] = ((7 * (i % 6)) + (13 * (i / 6 % 5)) + (29 * (i / 30))) % 17;
        }

        return Volume.Create(voxels, new(1, 4, 5, 6));
    }

    private static VolumeGeometry Oblique()
    {
        var (c, s) = (Math.Cos(0.3), Math.Sin(0.3));
        return new(new AffineTransform(new(-1.2 * c, 1.2 * s, 0), new(0.8 * s, 0.8 * c, 0), new(0, 0, 2.5), new(-33.5, 12.25, 70)));
    }
}
