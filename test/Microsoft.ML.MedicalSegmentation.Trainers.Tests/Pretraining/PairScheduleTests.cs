using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Pretraining;

[TestClass]
public class PairScheduleTests
{
    [TestMethod]
    public void Epoch_RandomPatients_NeverPairsTwoAndTakesDifferentImagesWhereThereAre()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var random = new RandomStream(seed);
            var images = random.NextInt(2, 20);
            int[] patients = [.. Enumerable.Range(0, images).Select(_ => random.NextInt(6))];
            var schedule = new PairSchedule(patients, random.NextInt(2, 8), random.NextInt(0, 4), seed);

            foreach (var pair in Enumerable.Range(1, 3).SelectMany(schedule.Epoch).SelectMany(pairs => pairs))
            {
                Assert.AreEqual(patients[pair.First], patients[pair.Second], $"seed {seed}: {pair}");
                Assert.AreEqual(patients[pair.First], pair.Patient, $"seed {seed}: {pair}");
                Assert.AreEqual(patients.Count(patient => patient == pair.Patient) == 1, pair.First == pair.Second, $"seed {seed}: {pair}");
            }
        }
    }

    [TestMethod]
    public void Epoch_NoStepsGiven_SeesEveryImageFirstInFullBatches()
    {
        var schedule = new PairSchedule([0, 0, 1, 2, 2, 2, 3], batchSize: 3, stepsPerEpoch: 0, seed: 1);

        var epoch = schedule.Epoch(1);

        Assert.AreEqual(3, schedule.StepsPerEpoch);
        Assert.IsTrue(epoch.Count == 3 && epoch.All(pairs => pairs.Length == 3));
        CollectionAssert.AreEquivalent(
            Enumerable.Range(0, 7).ToArray(),
            epoch.SelectMany(pairs => pairs).Select(pair => pair.First).Distinct().ToArray()
        );
        CollectionAssert.AreEqual(Flat(epoch), Flat(schedule.Epoch(1)), "The same epoch has the same pairs.");
        CollectionAssert.AreNotEqual(Flat(epoch), Flat(schedule.Epoch(2)));
    }

    [TestMethod]
    public void Epoch_ManyImagesOfAPatient_TakesAllOfThemAsPartners()
    {
        var schedule = new PairSchedule([0, 0, 0, 1], batchSize: 4, stepsPerEpoch: 40, seed: 1);

        var partners = schedule.Epoch(1).SelectMany(pairs => pairs).Where(pair => pair.First == 0).Select(pair => pair.Second).Distinct();

        CollectionAssert.AreEquivalent(new[] { 1, 2 }, partners.ToArray());
    }

    private static ImagePair[] Flat(IReadOnlyList<ImagePair[]> epoch) => [.. epoch.SelectMany(pairs => pairs)];
}
