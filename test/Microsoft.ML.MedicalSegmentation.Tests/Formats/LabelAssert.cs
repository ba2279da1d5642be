namespace Microsoft.ML.MedicalSegmentation.Formats;

internal static class LabelAssert
{
    /// <summary>Fails unless every voxel has the same label.</summary>
    public static void AreEqual(LabelVolume expected, LabelVolume found)
    {
        Assert.AreEqual(expected.Shape, found.Shape);
        var (a, b) = (new int[expected.Shape.Count], new int[expected.Shape.Count]);
        expected.CopyLabels(0, a);
        found.CopyLabels(0, b);
        CollectionAssert.AreEqual(a, b);
    }
}
