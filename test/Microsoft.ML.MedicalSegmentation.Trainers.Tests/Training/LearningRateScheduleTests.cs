namespace Microsoft.ML.MedicalSegmentation.Training;

[TestClass]
public class LearningRateScheduleTests
{
    [TestMethod]
    [DataRow("polynomial", 0, 1e-2)]
    [DataRow("polynomial", 50, 5.358867e-3)] // 0.5^0.9 = 0.5358867
    [DataRow("polynomial", 99, 1.584893e-4)] // 0.01^0.9 = 0.01584893
    [DataRow("cosine", 0, 1e-2)]
    [DataRow("cosine", 25, 8.535534e-3)] // (1 + cos 45°) / 2
    [DataRow("cosine", 50, 5e-3)]
    [DataRow("step", 24, 1e-2)]
    [DataRow("step", 25, 5e-3)]
    [DataRow("step", 75, 1.25e-3)]
    [DataRow("constant", 99, 1e-2)]
    public void At_Step_IsTheHandComputedRate(string key, int step, double expected)
        => Assert.AreEqual(expected, LearningRateSchedule.Find(key).At(1e-2, step, 100), 1e-8);

    [TestMethod]
    public void At_WarmUp_RisesLinearlyAndThenFollowsTheSchedule()
    {
        var schedule = LearningRateSchedule.Constant;

        Assert.AreEqual(0.1, schedule.At(1, 0, 100, warmUpSteps: 10), 1e-12);
        Assert.AreEqual(1.0, schedule.At(1, 9, 100, warmUpSteps: 10), 1e-12);
        Assert.AreEqual(1.0, schedule.At(1, 10, 100, warmUpSteps: 10), 1e-12);
    }

    [TestMethod]
    public void At_EverySchedule_NeverRises()
    {
        foreach (var schedule in LearningRateSchedule.All)
        {
            var rates = Enumerable.Range(0, 40).Select(step => schedule.At(1, step, 40)).ToArray();
            CollectionAssert.AreEqual(rates.OrderDescending().ToArray(), rates, schedule.Key);
            Assert.IsTrue(rates[^1] > 0, schedule.Key);
        }
    }

    [TestMethod]
    public void Find_UnknownKey_ListsTheSchedules()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => LearningRateSchedule.Find("zigzag"));

        StringAssert.Contains(error.Message, "'zigzag'");
        StringAssert.Contains(error.Message, "polynomial(0.9), cosine, step(0.25, 0.5), constant");
    }
}
