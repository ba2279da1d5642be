using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Inputs;

[TestClass]
public sealed class InputProfileTests
{
    private static readonly InputProfile Profile = InputProfile.Of(Enumerable.Range(0, 8).Select(seed => InputFeatures.Of(Draw(seed))));

    [TestMethod]
    public void Check_OfAnImageLikeThoseOfTraining_HasNoWarning()
        => Assert.AreEqual("", string.Join(" ", Profile.Check(Draw(99))));

    [TestMethod]
    public void Check_OfTheSamePatientInAnotherOrientation_HasNoWarning()
        => Assert.AreEqual("", string.Join(" ", Profile.Check(Draw(99).Reorient("LPS")).Concat(Profile.Check(Draw(99).Reorient("SAR")))));

    [TestMethod]
    [DataRow("spacing", "spacing from foot to head is 6 mm; in training it was 2 to 2 (8 images)")]
    [DataRow("cropped", "field of view from left to right")]
    [DataRow("scaled", "99th percentile")]
    [DataRow("noisy", "roughness")]
    [DataRow("channels", "2 channels")]
    [DataRow("nan", "NaN")]
    public void Check_OfADegradedImage_SaysWhatDiffers(string kind, string fact)
    {
        var image = Draw(99);
        Volume degraded = kind switch
        {
            "spacing" => image.WithGeometry(VolumeGeometry.FromSpacing(1, 1, 6)),
            "cropped" => Draw(99, width: 8),
            "scaled" => Change(image, value => value * 10),
            "noisy" => Noisy(image),
            "channels" => Volume.Create<float>(new float[2 * 16 * 16 * 8], new(2, 8, 16, 16), image.Geometry),
            _ => Change(image, value => value > 150 ? float.NaN : value),
        };

        StringAssert.Contains(string.Join(" ", Profile.Check(degraded)), fact);
    }

    [TestMethod]
    public void Of_NoImages_Fails() => Assert.ThrowsExactly<ArgumentException>(() => InputProfile.Of([]));

    private static Volume<float> Draw(int seed, int width = 16)
    {
        var random = new RandomStream(seed);
        var voxels = new float[8 * 16 * width];
        for (var i = 0; i < voxels.Length; i++)
        {
            // A bright bar on a slope, with a little noise.
            voxels[i] = (i % width * 2) + (i / width % 16 is > 5 and < 10 ? 100 : 0) + (float)random.NextDouble(0, 4) + 50;
        }

        return Volume.Create(voxels, new VolumeShape(1, 8, 16, width), VolumeGeometry.FromSpacing(1, 1, 2));
    }

    private static Volume<float> Change(Volume<float> image, Func<float, float> change)
        => Volume.Create<float>([.. image.Voxels.ToArray().Select(change)], image.Shape, image.Geometry);

    private static Volume<float> Noisy(Volume<float> image)
    {
        var random = new RandomStream(1);
        return Change(image, value => value + (float)random.NextDouble(-60, 60));
    }
}
