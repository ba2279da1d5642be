using Microsoft.ML.MedicalSegmentation.Data.Cases;

namespace Microsoft.ML.MedicalSegmentation.Training;

[TestClass]
public class CaseStoreTests
{
    private const int Side = 8;
    private const long CaseBytes = Side * Side * Side * (sizeof(float) + 1);
    private static readonly ClassMap Classes = new([new(0, "background"), new(1, "structure")]);

    [TestMethod]
    public void InOrder_OneCaseBeyondTheLimit_MakesTheVolumesOfThatCaseAlone()
    {
        var made = new int[10];
        using var store = Load(Enumerable.Repeat(Side, 10).ToArray(), 9 * CaseBytes, made);

        for (var epoch = 0; epoch < 5; epoch++)
        {
            Assert.AreEqual(10, store.InOrder(Enumerable.Range(0, 10)).Count());
        }

        Assert.AreEqual(9, store.KeptCount);
        Assert.AreEqual(10 + 5, made.Sum());
    }

    [TestMethod]
    public void Load_FirstCaseLargerThanTheLimit_KeepsTheOthers()
    {
        var made = new int[4];
        using var store = Load([2 * Side, Side, Side, Side], 3 * CaseBytes, made);

        Assert.AreEqual(3, store.KeptCount);
        Assert.AreEqual(3 * CaseBytes, store.KeptBytes);
    }

    private static CaseStore Load(int[] sides, long maximumBytes, int[] made)
    {
        IEnumerable<(int, Volume, LabelVolume)> Read(Func<int, bool> isWanted)
        {
            for (var row = 0; row < sides.Length; row++)
            {
                if (isWanted(row))
                {
                    made[row]++;
                    var shape = new VolumeShape(1, sides[row], sides[row], sides[row]);
                    yield return (row, Volume.Create(new float[shape.Count], shape), LabelVolume.Create(new byte[shape.Count], shape));
                }
            }
        }

        return CaseStore.Load(Read, Classes, maximumBytes, (_, _, _) => { });
    }
}
