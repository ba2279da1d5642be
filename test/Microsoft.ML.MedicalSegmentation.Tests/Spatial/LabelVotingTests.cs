namespace Microsoft.ML.MedicalSegmentation.Spatial;

[TestClass]
public sealed class LabelVotingTests
{
    private static readonly LabelResamplingOptions PerClass = new() { Interpolation = LabelInterpolation.PerClassLinear };

    [TestMethod]
    public void ResampleTo_RandomGrids_TakesTheLabelsOfThePlainVote()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var shape = new VolumeShape(1, random.Next(1, 8), random.Next(1, 9), random.Next(1, 10));
            var values = Enumerable.Range(0, (int)shape.Count).Select(_ => (ushort)(random.Next(4) * (seed % 2 == 0 ? 1 : 300))).ToArray();
            var labels = LabelVolume.Create(values, shape, SpatialChains.Geometry(random));
            labels = seed % 2 == 0 ? LabelVolume.Create(Array.ConvertAll(values, value => (byte)value), shape, labels.Geometry) : labels;

            // Every third grid is parallel, and meets voxels and the middles between them exactly.
            var step =
                seed % 3 == 0 ? AffineTransform.Identity with { A = new(0.5, 0, 0), Translation = new(-1, -0.5, 0) } : Turned(random);
            var geometry = new VolumeGeometry(labels.Geometry.IndexToWorld.Compose(step));
            var grid = new VolumeShape(1, 8, 9, 21);
            AreEqual(
                PlainResampling.Labels(labels, grid, geometry, coarse: null),
                labels.ResampleTo(grid, geometry, PerClass),
                $"seed {seed}"
            );
        }
    }

    [TestMethod]
    public void ResampleTo_ThickSlices_TakesTheLabelsOfThePlainVoteWithinThem()
    {
        var random = new Random(5);
        var shape = new VolumeShape(1, 4, 7, 8);
        var labels = LabelVolume.Create(
            [.. Enumerable.Range(0, (int)shape.Count).Select(_ => (byte)random.Next(3))],
            shape,
            VolumeGeometry.FromSpacing(1, 1, 4)
        );
        var geometry = new VolumeGeometry(labels.Geometry.IndexToWorld.Compose(Turned(random)));
        var grid = new VolumeShape(1, 9, 11, 12);
        AreEqual(
            PlainResampling.Labels(labels, grid, geometry, coarse: 2),
            labels.ResampleTo(grid, geometry, LabelResamplingOptions.NnUNet),
            "thick slices"
        );
    }

    private static AffineTransform Turned(Random random)
    {
        double Near(double value) => value + (0.3 * (random.NextDouble() - 0.5));
        return new(
            new(Near(0.6), Near(0), Near(0)),
            new(Near(0), Near(0.8), Near(0)),
            new(Near(0), Near(0), Near(0.9)),
            new(Near(-1), Near(-1), Near(-1))
        );
    }

    private static void AreEqual(int[] expected, LabelVolume actual, string what)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], (int)actual.Voxels.ToSingle().Voxels[i], $"{what}, voxel {i}");
        }
    }
}
