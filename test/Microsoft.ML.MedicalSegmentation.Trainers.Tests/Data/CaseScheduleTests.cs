namespace Microsoft.ML.MedicalSegmentation.Data;

[TestClass]
public class CaseScheduleTests
{
    [TestMethod]
    public void Epoch_NoStepsGiven_SeesEachCaseOnce()
    {
        var schedule = new CaseSchedule(cases: 7, batchSize: 2, stepsPerEpoch: 0, seed: 1);

        Assert.AreEqual(4, schedule.StepsPerEpoch, "The last batch holds the seventh case alone.");
        CollectionAssert.AreEquivalent(Enumerable.Range(0, 7).ToArray(), schedule.Epoch(1));
        CollectionAssert.AreNotEqual(schedule.Epoch(1), schedule.Epoch(2));
        CollectionAssert.AreEqual(schedule.Epoch(2), new CaseSchedule(7, 2, 0, 1).Epoch(2));
    }

    [TestMethod]
    public void Epoch_MoreStepsThanCases_SeesEachCaseAboutEquallyOften()
    {
        var order = new CaseSchedule(cases: 5, batchSize: 3, stepsPerEpoch: 6, seed: 1).Epoch(1);

        Assert.AreEqual(18, order.Length);
        var counts = order.CountBy(i => i).Select(pair => pair.Value).ToArray();
        Assert.AreEqual(5, counts.Length);
        Assert.IsTrue(counts.All(count => count is 3 or 4), string.Join(" ", counts));
    }
}
