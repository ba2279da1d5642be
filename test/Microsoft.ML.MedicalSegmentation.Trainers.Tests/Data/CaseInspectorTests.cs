using Microsoft.ML.MedicalSegmentation.Data.Cases;

namespace Microsoft.ML.MedicalSegmentation.Data;

[TestClass]
public sealed class CaseInspectorTests
{
    [TestMethod]
    [DataRow(new[] { 1.0, 2, 4, 9 }, 3.0)]
    [DataRow(new[] { 9.0, 1, 2 }, 2.0)]
    [DataRow(new[] { 5.0, 1 }, 3.0)]
    public void MedianSpacing_OfEvenAndOddCounts_IsThatOfTheFingerprint(double[] spacings, double expected)
    {
        var inspector = new CaseInspector("training data", new([new(0, "background"), new(1, "one")]));
        foreach (var (row, spacing) in spacings.Index())
        {
            var geometry = VolumeGeometry.FromSpacing(1, 1, spacing);
            inspector.Inspect(
                row,
                Volume.Create<float>([0, 1], new(1, 1, 1, 2), geometry),
                LabelVolume.Create([0, 1], new(1, 1, 1, 2), geometry)
            );
        }

        Assert.AreEqual(new Vector3D(1, 1, expected), inspector.MedianSpacing());
        Assert.AreEqual(expected, DatasetFingerprint.Median(spacings));
    }
}
