namespace Microsoft.ML.MedicalSegmentation.Spatial;

[TestClass]
public sealed class CroppingTests
{
    [TestMethod]
    public void CropOrPad_AnyWindow_KeepsValuesAtTheirPositionsAndFillsTheRest()
    {
        var volume = Sample();
        foreach (
            var window in new VolumeRegion[]
            {
                new(1, 1, 1, 2, 2, 2),
                new(-2, 1, -1, 9, 2, 6),
                new(3, -3, 2, 4, 9, 1),
                new(20, 0, 0, 2, 2, 2),
            }
        )
        {
            var cut = volume.CropOrPad(window, outsideValue: -100);
            Assert.AreEqual(new VolumeShape(2, window.Depth, window.Height, window.Width), cut.Shape);
            for (var z = 0; z < window.Depth; z++)
            {
                for (var y = 0; y < window.Height; y++)
                {
                    for (var x = 0; x < window.Width; x++)
                    {
                        var at = volume.Geometry.WorldToIndex.Apply(cut.Geometry.IndexToWorld.Apply(new(x, y, z)));
                        var (sx, sy, sz) = ((int)Math.Round(at.X), (int)Math.Round(at.Y), (int)Math.Round(at.Z));
                        var inside = sx is >= 0 and < 5 && sy is >= 0 and < 4 && sz is >= 0 and < 3;
                        Assert.AreEqual(
                            inside ? volume.GetValue(1, sz, sy, sx) : -100,
                            cut.GetValue(1, z, y, x),
                            $"{window} at {x},{y},{z}"
                        );
                    }
                }
            }
        }
    }

    [TestMethod]
    public void CropOrPad_TheWholeVolume_IsTheSameObject()
    {
        var volume = Sample();
        Assert.AreSame(volume, volume.CropOrPad(VolumeRegion.All(volume.Shape)));
    }

    [TestMethod]
    public void CropOrPad_EmptyWindow_IsRefused()
        => Assert.ThrowsExactly<ArgumentException>(() => Sample().CropOrPad(new(0, 0, 0, 0, 1, 1)));

    [TestMethod]
    public void CentredWindow_OddDifference_PutsTheExtraVoxelAtTheEnd()
    {
        Assert.AreEqual(new VolumeRegion(0, -1, 1, 4, 7, 1), Cropping.CentredWindow(new(1, 3, 5, 5), width: 4, height: 7, depth: 1));
    }

    [TestMethod]
    public void ForegroundWindow_ValuesInOneChannel_ContainsThemWithTheMarginThatFits()
    {
        var voxels = new short[2 * 4 * 5 * 6];
        var volume = Volume.Create(voxels, new VolumeShape(2, 4, 5, 6));
        voxels[volume.Offset(1, 2, 1, 3)] = 9;
        voxels[volume.Offset(0, 3, 4, 5)] = 1;
        Assert.AreEqual(new VolumeRegion(3, 1, 2, 3, 4, 2), volume.ForegroundWindow());
        Assert.AreEqual(new VolumeRegion(3, 1, 2, 1, 1, 1), volume.ForegroundWindow(threshold: 5));
        Assert.AreEqual(new VolumeRegion(1, 0, 0, 5, 5, 4), volume.ForegroundWindow(margin: 2));
    }

    [TestMethod]
    public void ForegroundWindow_NothingAboveTheThreshold_IsEverything()
    {
        var volume = Sample();
        Assert.AreEqual(VolumeRegion.All(volume.Shape), volume.ForegroundWindow(threshold: 1e9));
    }

    private static Volume<short> Sample()
    {
        var voxels = Enumerable.Range(0, 2 * 3 * 4 * 5).Select(i => (short)i).ToArray();
        return Volume.Create(voxels, new(2, 3, 4, 5), VolumeGeometry.FromSpacing(0.5, 2, 3), new VoxelScaling(2, -50));
    }
}
