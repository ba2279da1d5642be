using System.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Intensity;

[TestClass]
public class ChannelStatisticsTests
{
    // Several blocks, the last one odd.
    private static readonly VolumeShape Shape = new(2, 1, 3, 16_927);

    [TestMethod]
    public void Of_AnyVoxelType_IsThePlainMeanAndDeviation()
    {
        Agrees<byte>(200, VoxelScaling.Identity);
        Agrees<sbyte>(100, new(0.5, -3));
        Agrees<ushort>(60_000, new(-2, 7));
        Agrees<short>(30_000, new(1, -1024));
        Agrees<uint>(1 << 20, VoxelScaling.Identity);
        Agrees<int>(1 << 20, new(0.25, 0));
        Agrees<ulong>(1 << 20, VoxelScaling.Identity);
        Agrees<long>(1 << 20, VoxelScaling.Identity);
        Agrees<float>(1000, VoxelScaling.Identity);
        Agrees<double>(1000, new(3, 1));
    }

    [TestMethod]
    public void Of_ASmallSpreadFarFromZero_KeepsIt()
    {
        var values = Random<float>(1, offset: 50_000);
        AreAlike(Volume.Create(values, Shape), "far from zero");
    }

    [TestMethod]
    public void Of_ABlockThatStartsWithAnOutlier_CancelsNothing()
    {
        var values = Random<float>(1, offset: 0);
        values[0] = 1e6f;
        values[Shape.ChannelCount] = -1e6f;
        AreAlike(Volume.Create(values, Shape), "outlier");
    }

    [TestMethod]
    public void Of_ANonFiniteVoxel_IsNotFinite()
    {
        foreach (var bad in new[] { float.NaN, float.PositiveInfinity })
        {
            foreach (var at in new[] { 0, 20_000, (int)Shape.ChannelCount - 1 })
            {
                var values = Random<float>(1, offset: 0);
                values[at] = bad;
                Assert.IsFalse(double.IsFinite(ChannelStatistics.Of(Volume.Create(values, Shape), 0).Deviation), $"{bad} at {at}");
            }
        }
    }

    [TestMethod]
    public void Rescale_AnyChannel_WritesItAlone()
    {
        var volume = Volume.Create(Random<short>(900, offset: 0), Shape, scaling: new(0.5, 10));
        var result = new float[Shape.Count];
        ChannelStatistics.Rescale(volume, 1, 100, 0.25, result);
        for (var i = 0; i < result.Length; i++)
        {
            Assert.AreEqual(i < Shape.ChannelCount ? 0 : ((volume.Voxels[i] * 0.5f) + 10 - 100) * 0.25f, result[i], $"voxel {i}");
        }
    }

    private static void Agrees<T>(int limit, VoxelScaling scaling)
        where T : unmanaged, INumber<T>
        => AreAlike(Volume.Create(Random<T>(limit, offset: 0), Shape, scaling: scaling), typeof(T).Name);

    private static T[] Random<T>(int limit, int offset)
        where T : unmanaged, INumber<T>
    {
        var random = new Random(limit);
        return [.. Enumerable.Range(0, (int)Shape.Count).Select(_ => T.CreateTruncating(offset + (random.NextDouble() * limit)))];
    }

    private static void AreAlike(Volume volume, string what)
    {
        for (var channel = 0; channel < Shape.Channels; channel++)
        {
            var values = volume.ToSingle().Voxels.Slice((int)(channel * Shape.ChannelCount), (int)Shape.ChannelCount).ToArray();
            var mean = values.Average(value => (double)value);
            var deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
            var actual = ChannelStatistics.Of(volume, channel);
            Assert.AreEqual(mean, actual.Mean, 1e-10 * Math.Abs(mean), $"{what}: mean of channel {channel}");
            Assert.AreEqual(deviation, actual.Deviation, 1e-9 * deviation, $"{what}: deviation of channel {channel}");
        }
    }
}
