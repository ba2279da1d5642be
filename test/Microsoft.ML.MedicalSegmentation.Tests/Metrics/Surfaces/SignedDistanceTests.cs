namespace Microsoft.ML.MedicalSegmentation.Metrics.Surfaces;

[TestClass]
public sealed class SignedDistanceTests
{
    [TestMethod]
    public void Compute_RandomLabels_IsTheDistanceToTheNearestVoxelOfTheOtherSide()
    {
        var shape = new VolumeShape(1, 4, 5, 7);
        var random = new Random(1);
        long[] labels = [.. Enumerable.Range(0, (int)shape.Count).Select(_ => (long)random.Next(3))];
        var distances = new float[labels.Length];

        SignedDistance.Compute(labels, 2, shape, distances);

        for (var at = 0; at < labels.Length; at++)
        {
            var isMember = labels[at] == 2;
            var nearest = Enumerable
                .Range(0, labels.Length)
                .Where(other => labels[other] == 2 != isMember)
                .Min(other => Apart(shape, at, other));
            Assert.AreEqual(isMember ? 0.5 - nearest : nearest - 0.5, distances[at], 1e-6);
        }
    }

    [TestMethod]
    public void Compute_LabelThatIsAbsentOrFillsTheVolume_HasNoSurface()
    {
        var distances = new float[4];
        foreach (var labels in new long[][] { [0, 0, 0, 0], [1, 1, 1, 1] })
        {
            Array.Fill(distances, 7);
            SignedDistance.Compute(labels, 1, new(1, 1, 2, 2), distances);
            CollectionAssert.AreEqual(new float[4], distances);
        }
    }

    private static double Apart(VolumeShape shape, int a, int b)
    {
        (int Z, int Y, int X) Place(int offset) =>
            (offset / (shape.Height * shape.Width), offset / shape.Width % shape.Height, offset % shape.Width);
        var (one, other) = (Place(a), Place(b));
        return Math.Sqrt(Math.Pow(one.Z - other.Z, 2) + Math.Pow(one.Y - other.Y, 2) + Math.Pow(one.X - other.X, 2));
    }
}
