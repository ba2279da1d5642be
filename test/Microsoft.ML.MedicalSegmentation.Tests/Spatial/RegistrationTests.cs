namespace Microsoft.ML.MedicalSegmentation.Spatial;

[TestClass]
public sealed class RegistrationTests
{
    [TestMethod]
    public void Resample_ByATransformOfTheWorld_TakesTheValueThatTheTransformPointsAt()
    {
        // A ramp in the world of the moving image tells where each value was taken.
        var moving = Ramp(
            new VolumeGeometry(new AffineTransform(new(-1.5, 0, 0), new(0, 0, 2), new(0, 1.2, 0), new(20, -12, -15))),
            new(1, 25, 24, 28)
        );
        var (c, s) = (Math.Cos(0.2), Math.Sin(0.2));
        var transform = AffineTransform.FromRows([c, -s, 0, 2, s, c, 0, -1, 0.05, 0, 1.1, 0.5, 0, 0, 0, 1]);
        var grid = new VolumeGeometry(new AffineTransform(new(1, 0, 0), new(0, 1, 0.1), new(0, 0, 1), new(-2, -3, -2)));
        foreach (var interpolation in new[] { Interpolation.Linear, Interpolation.CubicSpline })
        {
            var moved = moving.Resample(transform, new(1, 4, 5, 6), grid, new() { Interpolation = interpolation });
            Assert.AreEqual(grid, moved.Geometry);
            for (var z = 0; z < 4; z++)
            {
                var taken = transform.Apply(grid.IndexToWorld.Apply(new(3, 2, z)));
                Assert.AreEqual(Value(taken), moved.GetValue(0, z, 2, 3), 0.02, $"{interpolation} at {taken}");
            }
        }
    }

    [TestMethod]
    public void Resample_LabelsByATranslation_MovesThem()
    {
        var labels = LabelVolume.Create(new byte[] { 0, 5, 0, 0, 0, 0, 0, 0 }, new(1, 1, 1, 8));
        var shift = AffineTransform.Identity with { Translation = new(-3, 0, 0) };
        var moved = labels.Resample(shift, labels.Shape, labels.Geometry);
        Assert.AreEqual(5, moved[0, 0, 4]);
        Assert.AreEqual(1, moved.CountValues()[5]);
    }

    [TestMethod]
    public void MirrorXY_OfATransformInLps_IsTheSameInRas()
    {
        var lps = AffineTransform.FromRows([0.9, -0.1, 0.2, 5, 0.1, 1.1, 0, -7, 0, 0.3, 1, 2]);
        var point = new Vector3D(3, 4, 5);
        var moved = lps.Apply(new(-3, -4, 5));
        Assert.AreEqual(0, (lps.MirrorXY().Apply(point) - new Vector3D(-moved.X, -moved.Y, moved.Z)).Length, 1e-12);
        Assert.AreEqual(lps, lps.MirrorXY().MirrorXY());
    }

    [TestMethod]
    public void FromRows_FourthRowOfAnotherMap_IsRefused() =>
        StringAssert.Contains(
            Assert
                .ThrowsExactly<ArgumentException>(() => AffineTransform.FromRows([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 5, 0, 0, 1]))
                .Message,
            "0, 0, 0, 1"
        );

    [TestMethod]
    public void Resample_BySingularTransform_IsRefused()
    {
        var volume = Ramp(VolumeGeometry.Identity, new(1, 2, 2, 2));
        var flat = AffineTransform.Identity with { C = default };
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => volume.Resample(flat, volume.Shape, volume.Geometry)).Message,
            "singular"
        );
    }

    private static double Value(Vector3D world) => (3 * world.X) - (2 * world.Y) + world.Z;

    private static Volume<float> Ramp(VolumeGeometry geometry, VolumeShape shape)
        => Volume.Create(
            [.. Enumerable.Range(0, (int)shape.Count).Select(i => (float)Value(geometry.IndexToWorld.Apply(
                new(i % shape.Width, i / shape.Width % shape.Height, i / shape.Width / shape.Height))))],
            shape,
            geometry);
}
