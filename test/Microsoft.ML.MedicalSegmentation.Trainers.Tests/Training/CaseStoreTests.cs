using Microsoft.ML.MedicalSegmentation.Data.Cases;

namespace Microsoft.ML.MedicalSegmentation.Training;

[TestClass]
public class CaseStoreTests
{
    private const int Side = 8;
    private const long CaseBytes = Side * Side * Side * (sizeof(float) + 1);
    private static readonly ClassMap Classes = new([new(0, "background"), new(1, "structure"), new(300, "other")]);

    [TestMethod]
    public void Load_CasesBeyondTheLimit_AreReadOnceAndCanBeReachedInAnyOrder()
    {
        var made = new int[10];
        using var store = Load(Enumerable.Repeat(Side, 10).ToArray(), 3 * (CaseBytes + (Side * Side * Side)), made);

        foreach (var index in (int[])[9, 0, 4, 4, 9, 2, 7])
        {
            var voxels = new float[Side * Side * Side];
            store[index].Image.CopyValues(0, voxels);
            CollectionAssert.AreEqual(Enumerable.Range(0, voxels.Length).Select(i => (index * 1000) + i + 0.5f).ToArray(), voxels);
            Assert.AreEqual(300, store[index].Labels![1, 2, 3]);
            Assert.AreEqual(1, store[index].Labels![0, index / Side, index % Side]);
        }

        Assert.AreEqual(3, store.KeptCount);
        Assert.AreEqual(7L * Side * Side * Side * (sizeof(float) + sizeof(ushort)), store.FileBytes);
        Assert.IsTrue(made.All(count => count == 1), string.Join(", ", made));
    }

    [TestMethod]
    public void Load_FirstCaseLargerThanTheLimit_KeepsTheOthersInMemory()
    {
        using var store = Load([2 * Side, Side, Side, Side], 3 * (CaseBytes + (Side * Side * Side)), new int[4]);

        Assert.AreEqual(3, store.KeptCount);
        Assert.AreEqual(3 * (CaseBytes + (Side * Side * Side)), store.KeptBytes);
    }

    [TestMethod]
    public void Load_ReadByManyThreads_GivesTheSameVoxels()
    {
        using var store = Load(Enumerable.Repeat(Side, 6).ToArray(), 0, new int[6]);

        Parallel.For(0, 200, i =>
        {
            var voxel = new float[1];
            store[i % 6].Image.CopyValues(i, voxel);
            Assert.AreEqual((i % 6 * 1000) + i + 0.5f, voxel[0]);
        });
    }

    private static CaseStore Load(int[] sides, long maximumBytes, int[] made)
    {
        IEnumerable<(int, Volume, LabelVolume)> Read()
        {
            for (var row = 0; row < sides.Length; row++)
            {
                made[row]++;
                var shape = new VolumeShape(1, sides[row], sides[row], sides[row]);
                var labels = new ushort[shape.Count];
                labels[row] = 1;
                labels[(1 * sides[row] * sides[row]) + (2 * sides[row]) + 3] = 300;
                yield return (
                    row,
                    Volume.Create(Enumerable.Range(0, (int)shape.Count).Select(i => (row * 1000) + i + 0.5f).ToArray(), shape),
                    LabelVolume.Create(labels, shape)
                );
            }
        }

        return CaseStore.Load(Read(), Classes, maximumBytes);
    }
}
