using System.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Spatial;

/// <summary>Every way of resampling against <see cref="PlainResampling"/>.</summary>
[TestClass]
public sealed class ResamplingKernelTests
{
    private static readonly Interpolation[] Kinds = Enum.GetValues<Interpolation>();

    private static readonly VolumeShape[] Shapes =
    [
        new(2, 5, 7, 9),
        new(1, 1, 6, 11),
        new(1, 4, 1, 3),
        new(1, 3, 2, 1),
        new(1, 1, 1, 1),
        new(1, 2, 2, 2),
    ];

    [TestMethod]
    public void ResampleTo_ObliqueGridOfAnyVoxelType_IsThePlainLinearValue()
    {
        foreach (var shape in Shapes)
        {
            foreach (var volume in OfEveryType(shape))
            {
                AreAlike(
                    volume,
                    Oblique(volume, 0.3),
                    new(1, 6, 9, 13),
                    [.. Enumerable.Repeat(Interpolation.Linear, 3)],
                    new(),
                    $"{volume.VoxelType} {shape}"
                );
            }
        }
    }

    [TestMethod]
    public void ResampleTo_ObliqueGrid_IsThePlainCubicValue()
    {
        foreach (var shape in Shapes)
        {
            foreach (var volume in OfEveryType(shape))
            {
                var options = new ResamplingOptions { Interpolation = Interpolation.CubicSpline };
                AreAlike(
                    volume,
                    Oblique(volume, 0.4),
                    new(1, 6, 9, 13),
                    [.. Enumerable.Repeat(Interpolation.CubicSpline, 3)],
                    options,
                    $"{volume.VoxelType} {shape}"
                );
            }
        }
    }

    [TestMethod]
    public void ResampleTo_ObliqueGridOfSeveralBlocks_IsThePlainCubicValue()
    {
        // More than a block across each axis, so that most borders of blocks lie within the source.
        var volume = Random<float>(new(1, 90, 85, 80), 1000, VoxelScaling.Identity);
        foreach (var scale in new[] { 0.9, 3.3 })
        {
            AreAlike(
                volume,
                Oblique(volume, 0.5, scale),
                new(1, 61, 75, 83),
                [.. Enumerable.Repeat(Interpolation.CubicSpline, 3)],
                new() { Interpolation = Interpolation.CubicSpline },
                $"scale {scale}");
        }
    }

    [TestMethod]
    public void ResampleTo_AnotherInterpolationAlongDepth_IsThePlainMixture()
    {
        var volume = Random<short>(new(2, 9, 8, 11), 2000, new(0.5, -100));
        foreach (var kind in Kinds)
        {
            foreach (var depth in Kinds)
            {
                var options = new ResamplingOptions { Interpolation = kind, AlongDepth = depth };
                AreAlike(volume, Parallel(volume), new(1, 13, 9, 10), [kind, kind, depth], options, $"parallel, {kind} and {depth}");
                if ((kind, depth) != (Interpolation.Nearest, Interpolation.Nearest))
                {
                    AreAlike(volume, Oblique(volume, 0.2), new(1, 8, 9, 10), [kind, kind, depth], options, $"oblique, {kind} and {depth}");
                }
            }
        }
    }

    [TestMethod]
    public void ResampleTo_ParallelGridOfAnyVoxelType_IsThePlainValue()
    {
        foreach (var shape in Shapes)
        {
            foreach (var volume in OfEveryType(shape))
            {
                foreach (var kind in new[] { Interpolation.Linear, Interpolation.CubicSpline })
                {
                    AreAlike(
                        volume,
                        Parallel(volume),
                        new(1, 7, 10, 13),
                        [kind, kind, kind],
                        new() { Interpolation = kind },
                        $"{kind}, {volume.VoxelType} {shape}"
                    );
                }
            }
        }
    }

    [TestMethod]
    public void ResampleTo_OneThreadOrMany_IsTheSameToTheBit()
    {
        var volume = Random<short>(new(2, 40, 70, 60), 2000, VoxelScaling.Identity);
        foreach (var kind in Kinds)
        {
            foreach (var geometry in new[] { Parallel(volume), Oblique(volume, 0.3) })
            {
                float[] With(int threads) =>
                    volume
                        .ResampleTo(new(1, 41, 53, 67), geometry, new() { Interpolation = kind, MaximumThreads = threads })
                        .ToSingle()
                        .Voxels.ToArray();
                CollectionAssert.AreEqual(With(1), With(5), $"{kind}");
            }
        }
    }

    [TestMethod]
    public void ResampleTo_ANaNVoxel_SpoilsWhatItIsPartOfAndNothingFarAway()
    {
        var values = new float[80 * 80 * 80];
        values[(((40 * 80) + 40) * 80) + 40] = float.NaN;
        var volume = Volume.Create(values, new(1, 80, 80, 80));
        foreach (var kind in new[] { Interpolation.Linear, Interpolation.CubicSpline })
        {
            foreach (var turn in new[] { 0.0, 0.2 })
            {
                var (c, s) = (Math.Cos(turn), Math.Sin(turn));
                var geometry = new VolumeGeometry(new AffineTransform(new(c, s, 0), new(-s, c, 0), new(0, 0, 1), new(0.5, 0.5, 0.5)));
                var map = volume.Geometry.WorldToIndex.Compose(geometry.IndexToWorld);
                var result = volume.ResampleTo(new(1, 79, 79, 79), geometry, new() { Interpolation = kind }).ToSingle();
                for (var i = 0; i < result.Voxels.Length; i++)
                {
                    var position = map.Apply(new(i % 79, i / 79 % 79, i / 79 / 79));
                    var (near, far) = (Math.Abs(position.Z - 40) < 1, Math.Abs(position.Z - 40) > (kind == Interpolation.Linear ? 1 : 75));
                    near &= Math.Abs(position.X - 40) < 1 && Math.Abs(position.Y - 40) < 1;
                    Assert.IsTrue(float.IsNaN(result.Voxels[i]) || !near, $"{kind} turned by {turn}: {position} lost the NaN");
                    Assert.IsTrue(result.Voxels[i] == 0 || !far, $"{kind} turned by {turn}: {position} is {result.Voxels[i]}");
                }
            }
        }
    }

    private static void AreAlike(
        Volume volume,
        VolumeGeometry geometry,
        VolumeShape shape,
        Interpolation[] along,
        ResamplingOptions options,
        string what
    )
    {
        options = options with { OutsideValue = -7 };
        var actual = volume.ResampleTo(shape, geometry, options).ToSingle();
        var largest = 1.0;
        for (var i = 0; i < volume.Shape.Count; i++)
        {
            largest = Math.Max(largest, Math.Abs(volume.Scaling.Apply(volume.ToSingle().Voxels[i])));
        }

        for (var channel = 0; channel < volume.Shape.Channels; channel++)
        {
            var expected = PlainResampling.Values(volume, channel, shape, geometry, along, -7);
            for (var i = 0; i < expected.Length; i++)
            {
                var value = actual.Voxels[(int)(channel * shape.ChannelCount) + i];
                Assert.AreEqual(expected[i], value, 2e-6 * largest, $"{what}: channel {channel}, voxel {i}");
            }
        }
    }

    private static IEnumerable<Volume> OfEveryType(VolumeShape shape)
    {
        yield return Random<byte>(shape, 256, VoxelScaling.Identity);
        yield return Random<sbyte>(shape, 128, new(2, 1));
        yield return Random<ushort>(shape, 65536, new(-0.5, 0));
        yield return Random<short>(shape, 30000, new(1, -1024));
        yield return Random<uint>(shape, 1 << 20, VoxelScaling.Identity);
        yield return Random<int>(shape, 1 << 20, VoxelScaling.Identity);
        yield return Random<ulong>(shape, 1 << 20, VoxelScaling.Identity);
        yield return Random<long>(shape, 1 << 20, VoxelScaling.Identity);
        yield return Random<float>(shape, 1000, VoxelScaling.Identity);
        yield return Random<double>(shape, 1000, new(3, 2));
    }

    private static Volume<T> Random<T>(VolumeShape shape, int limit, VoxelScaling scaling)
        where T : unmanaged, INumber<T>
    {
        var random = new Random(shape.GetHashCode() + limit);
        return Volume.Create(
            [.. Enumerable.Range(0, (int)shape.Count).Select(_ => T.CreateTruncating(random.NextDouble() * limit))],
            shape,
            scaling: scaling
        );
    }

    // Reaches beyond the source on all sides; x is mirrored where that makes no other axis order.
    private static VolumeGeometry Parallel(Volume volume) =>
        new(
            new AffineTransform(
                new(volume.Shape.Width / 11.3, 0, 0),
                new(0, volume.Shape.Height / 7.7, 0),
                new(0, 0, volume.Shape.Depth / 5.9),
                new(-0.8, -0.7, -0.6)
            )
        );

    private static VolumeGeometry Oblique(Volume volume, double angle, double scale = 0)
    {
        var (c, s) = (Math.Cos(angle), Math.Sin(angle));
        double Step(int size, double count) => scale > 0 ? scale : (size + 0.6) / count;
        var (x, y, z) = (Step(volume.Shape.Width, 12), Step(volume.Shape.Height, 8), Step(volume.Shape.Depth, 5));
        return new(new AffineTransform(
            new(c * x, s * y * 0.7, 0.1 * s * z),
            new(-s * x * 0.7, c * y, 0.2 * s * z),
            new(0.1 * s * x, -0.15 * s * y, z),
            new(-0.6, -0.8, -0.4)));
    }
}
