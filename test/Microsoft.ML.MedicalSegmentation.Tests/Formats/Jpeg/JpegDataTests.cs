namespace Microsoft.ML.MedicalSegmentation.Formats.Jpeg;

/// <summary>Real pictures, against libjpeg-turbo 2.1.5 by way of Pillow 9.4.0.</summary>
[TestClass]
public sealed class JpegDataTests
{
    [TestMethod]
    [DataRow("Image_01L", new long[] { 97744714, 39462741, 8260349 }, new double[] { 255, 93, 18 })]
    [DataRow("Image_09R", new long[] { 155106660, 52649781, 6540259 }, new double[] { 255, 101, 21 })]
    public void Open_OfRetina_GivesLibjpegsPixels(string name, long[] sums, double[] middle)
    {
        var image = VolumeFormats.Open(Path.Combine(TestData.RequireData("2d/chase_db1/images"), name + ".jpg"));

        Assert.AreEqual(new VolumeShape(3, 1, 960, 999), image.Shape);
        CollectionAssert.AreEqual(middle, Enumerable.Range(0, 3).Select(c => image.GetValue(c, 0, 480, 500)).ToArray());
        CollectionAssert.AreEqual(
            sums,
            Enumerable.Range(0, 3).Select(c => image.Channel(c).Bytes.ToArray().Sum(value => (long)value)).ToArray()
        );
    }

    [TestMethod]
    public void ReadFolders_OfRetina_PairsJpegWithPngOnOneGrid()
    {
        var folder = TestData.RequireData("2d/chase_db1");

        var data = new MLContext(seed: 0).MedicalSegmentation().Data.Read(folder);

        Assert.AreEqual(28, data.Cases.Count);
        foreach (var found in data.Cases)
        {
            var (image, label) = (VolumeFormats.ReadHeader(found.ImagePaths[0]), VolumeFormats.ReadHeader(found.LabelPath!));
            Assert.IsTrue(image.Shape.SameGrid(label.Shape) && image.Geometry.Equals(label.Geometry), found.Id);
        }
    }
}
