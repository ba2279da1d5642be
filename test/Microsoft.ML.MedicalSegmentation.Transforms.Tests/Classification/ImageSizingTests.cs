namespace Microsoft.ML.MedicalSegmentation.Classification;

[TestClass]
public class ImageSizingTests
{
    [TestMethod]
    public void Resize_Enlarging_InterpolatesBetweenCentres()
        => CollectionAssert.AreEqual(new float[] { 0, 1, 3, 4 }, Row([0, 4], 4));

    [TestMethod]
    public void Resize_Shrinking_AveragesOverWhatAVoxelCovers()
    {
        // Weights 1, 3, 3, 1 around each centre, cut at the ends.
        var expected = new[] { ((3 * 0) + (3 * 8) + (1 * 0)) / 7f, ((1 * 8) + (3 * 0) + (3 * 8)) / 7f };
        var actual = Row([0, 8, 0, 8], 2);

        Assert.AreEqual(expected[0], actual[0], 1e-5);
        Assert.AreEqual(expected[1], actual[1], 1e-5);
    }

    [TestMethod]
    public void Resize_AllAxesAndChannels_KeepsAConstantAndARamp()
    {
        var from = new VolumeShape(2, 6, 9, 12);
        var values = new float[from.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = i < from.ChannelCount ? 5 : i % 12;
        }

        var resized = ImageSizing.Resize(values, from, new(2, 3, 18, 24));

        Assert.HasCount(2 * 3 * 18 * 24, resized);
        Assert.IsTrue(resized.Take(3 * 18 * 24).All(value => Math.Abs(value - 5) < 1e-5));
        Assert.AreEqual(5.25, resized[(3 * 18 * 24) + 11], 1e-5); // (11 + 0.5) / 2 - 0.5
        Assert.AreSame(values, ImageSizing.Resize(values, from, from));
    }

    private static float[] Row(float[] values, int to) => ImageSizing.Resize(values, new(1, 1, 1, values.Length), new(1, 1, 1, to));
}
