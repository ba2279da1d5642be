namespace Microsoft.ML.MedicalSegmentation.Doubts;

[TestClass]
public sealed class DoubtTests
{
    [TestMethod]
    public void Entropy_IsOneForEqualProbabilities_AndZeroForCertainty()
    {
        var probabilities = Volume.Create<float>([1 / 3f, 1, 0.5f, 1 / 3f, 0, 0.5f, 1 / 3f, 0, 0], new VolumeShape(3, 1, 1, 3));

        var entropy = Doubt.Entropy(probabilities);

        Assert.AreEqual(1, entropy.Voxels[0], 1e-6);
        Assert.AreEqual(0, entropy.Voxels[1], 1e-6);
        Assert.AreEqual(Math.Log(2) / Math.Log(3), entropy.Voxels[2], 1e-6);
        Assert.ThrowsExactly<ArgumentException>(() => Doubt.Entropy(entropy));
    }

    [TestMethod]
    public void Disagreement_IsTheShareOfVotesAgainstTheMostFrequentLabel()
    {
        LabelVolume Of(params byte[] labels) => LabelVolume.Create(labels, new(1, 1, 1, 3));

        var disagreement = Doubt.Disagreement(Of(1, 1, 0), Of(1, 2, 1), Of(1, 2, 2), Of(1, 2, 3));

        CollectionAssert.AreEqual(new[] { 0f, 0.25f, 0.75f }, disagreement.Voxels.ToArray());
        Assert.ThrowsExactly<ArgumentException>(() => Doubt.Disagreement(Of(1, 1, 0)));
        Assert.ThrowsExactly<ArgumentException>(() =>
            Doubt.Disagreement(Of(1, 1, 0), Of(1, 1, 0).WithGeometry(VolumeGeometry.FromSpacing(2, 1, 1)))
        );
    }
}
