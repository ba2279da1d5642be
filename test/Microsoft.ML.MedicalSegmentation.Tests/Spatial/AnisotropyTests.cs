namespace Microsoft.ML.MedicalSegmentation.Spatial;

[TestClass]
public sealed class AnisotropyTests
{
    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    public void Resample_ThickSlicesAlongAnyAxis_BlendsWithinThemOnly(int thick)
    {
        var volume = Sample(Along(thick, 5));
        foreach (var interpolation in new[] { Interpolation.Linear, Interpolation.CubicSpline })
        {
            var options = new ResamplingOptions { Interpolation = interpolation, AnisotropyThreshold = 3 };
            var separate = volume.ResampleTo(volume.Shape, volume.Geometry.Shifted(Along(thick, 1.3, 0.4)), options);

            // In the plane as usual, and along the thick slices from the closest one, one further on.
            var inPlane = volume.ResampleTo(
                volume.Shape,
                volume.Geometry.Shifted(Along(thick, 1, 0.4)),
                new() { Interpolation = interpolation }
            );
            for (var i = 0; i < 4; i++)
            {
                Assert.AreEqual(inPlane.GetValue(0, 1, 2, i), separate.GetValue(0, 1, 2, i), 1e-4, $"{interpolation}, x {i}");
            }
        }
    }

    [TestMethod]
    public void Resample_ThickSlicesOfATurnedGrid_TakesTheNearestAlongTheSourcesOwnAxis()
    {
        var volume = Sample(new(1, 5, 1));
        var options = new ResamplingOptions { AnisotropyThreshold = 3 };
        var turned = volume.Reorient("SRA");
        var straight = volume.ResampleTo(volume.Shape, volume.Geometry.Shifted(new(0.4, 0.3, 0.2)), options).Reorient("SRA").ToSingle();
        var other = turned.ResampleTo(straight.Shape, straight.Geometry, options).ToSingle();
        for (var i = 0; i < straight.Voxels.Length; i++)
        {
            Assert.AreEqual(straight.Voxels[i], other.Voxels[i], 1e-4f);
        }
    }

    [TestMethod]
    public void Resample_ThickSlicesOntoAnObliqueGrid_TakesWholeSlices()
    {
        // Each slice is constant, so that blending two of them would give a value in between.
        var volume = Volume.Create(
            [.. Enumerable.Range(0, 4 * 6 * 6).Select(i => (float)(10 * (i / 36)))],
            new(1, 4, 6, 6),
            VolumeGeometry.FromSpacing(1, 1, 4)
        );
        var (c, s) = (Math.Cos(0.2), Math.Sin(0.2));
        var geometry = new VolumeGeometry(new AffineTransform(new(c, 0, s), new(0, 1, 0), new(-s, 0, c), new(1, 1, 3)));
        foreach (var interpolation in new[] { Interpolation.Linear, Interpolation.CubicSpline })
        {
            var values = volume
                .ResampleTo(new(1, 5, 4, 4), geometry, new() { Interpolation = interpolation, AnisotropyThreshold = 3 })
                .ToSingle();
            foreach (var value in values.Voxels)
            {
                Assert.AreEqual(10 * Math.Round(value / 10), value, 1e-3, $"{interpolation}");
            }
        }
    }

    [TestMethod]
    public void Resample_TwoCoarseAxesOrNone_FollowsNoSlices()
    {
        foreach (var spacing in new Vector3D[] { new(0.24, 1.25, 1.25), new(1, 1, 2.9) })
        {
            var volume = Sample(spacing);
            var geometry = volume.Geometry.Shifted(new(0.4, 0.3, 0.2));
            var plain = volume.ResampleTo(volume.Shape, geometry).ToSingle();
            var ruled = volume.ResampleTo(volume.Shape, geometry, new() { AnisotropyThreshold = 3 }).ToSingle();
            Assert.IsTrue(plain.Voxels.SequenceEqual(ruled.Voxels));
        }
    }

    [TestMethod]
    public void Resample_IsotropicSourceToThickSlices_TakesTheNearestAlongTheGridsCoarseAxis()
    {
        var volume = Sample(new(1, 1, 1));
        var (shape, geometry) = Resampling.GridOfSpacing(volume.Geometry, volume.Shape, new(0.7, 0.7, 4));
        var ruled = volume.ResampleTo(shape, geometry, new() { AnisotropyThreshold = 3 }).ToSingle();
        var alongDepth = volume.ResampleTo(shape, geometry, new() { AlongDepth = Interpolation.Nearest }).ToSingle();
        Assert.IsTrue(ruled.Voxels.SequenceEqual(alongDepth.Voxels));
    }

    [TestMethod]
    public void ResampleLabels_ThickSlices_VoteWithinThemOnly()
    {
        // Across slices, the first would lose the vote at 0.6; within them it keeps its voxel until the half.
        var labels = LabelVolume.Create(new byte[] { 1, 1, 2, 2 }, new(1, 2, 1, 2), VolumeGeometry.FromSpacing(1, 1, 5));
        var options = LabelResamplingOptions.NnUNet;
        int At(double z) => labels.ResampleTo(new(1, 1, 1, 1), labels.Geometry.Shifted(new(0.5, 0, z)), options)[0, 0, 0];
        Assert.AreEqual((1, 2), (At(0.49), At(0.51)));
    }

    [TestMethod]
    public void Validate_ImpossibleOptions_ListsEveryFault()
    {
        var options = new ResamplingOptions
        {
            Interpolation = (Interpolation)9,
            AlongDepth = Interpolation.Nearest,
            AnisotropyThreshold = 0.5,
            OutsideValue = float.NaN,
            MaximumThreads = -1,
        };
        var fault = Assert.ThrowsExactly<ArgumentException>(() => Sample(new(1, 1, 1)).Resample(new Vector3D(2, 2, 2), options));
        foreach (
            var fact in new[]
            {
                "Interpolation is 9",
                "both given",
                "AnisotropyThreshold is 0.5",
                "OutsideValue is NaN",
                "MaximumThreads is -1",
            }
        )
        {
            StringAssert.Contains(fault.Message, fact);
        }
    }

    private static Vector3D Along(int axis, double value, double others = 1)
        => new(axis == 0 ? value : others, axis == 1 ? value : others, axis == 2 ? value : others);

    private static Volume<float> Sample(Vector3D spacing)
    {
        var random = new Random(2);
        return Volume.Create(
            [.. Enumerable.Range(0, 6 * 6 * 6).Select(_ => 100 * random.NextSingle())],
            new(1, 6, 6, 6),
            VolumeGeometry.FromSpacing(spacing.X, spacing.Y, spacing.Z)
        );
    }
}
