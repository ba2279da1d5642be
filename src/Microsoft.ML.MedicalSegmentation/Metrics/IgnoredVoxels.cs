namespace Microsoft.ML.MedicalSegmentation.Metrics;

/// <summary>Takes voxels of no class out of a comparison.</summary>
internal static class IgnoredVoxels
{
    /// <summary>
    /// Truth and prediction with background where the truth has an ignored value, and how many voxels these are; the volumes themselves
    /// where there are none.
    /// </summary>
    /// <param name="truth">What experts drew.</param>
    /// <param name="prediction">On the same grid.</param>
    /// <param name="ignored">Values of no class.</param>
    public static (LabelVolume Truth, LabelVolume Prediction, long Count) Clear(
        LabelVolume truth,
        LabelVolume prediction,
        IReadOnlyList<int> ignored
    )
    {
        var counts = ignored.Count == 0 ? [] : truth.CountValues();
        var count = ignored.Where(value => value < counts.Length).Sum(value => counts[value]);
        return count == 0 ? (truth, prediction, 0) : (Without(truth, truth, ignored), Without(prediction, truth, ignored), count);
    }

    private static LabelVolume Without(LabelVolume labels, LabelVolume truth, IReadOnlyList<int> ignored)
    {
        var cleared = new ushort[labels.Shape.Count];
        Span<int> values = stackalloc int[2048], places = stackalloc int[2048];
        for (var start = 0; start < cleared.Length; start += values.Length)
        {
            var length = Math.Min(values.Length, cleared.Length - start);
            labels.CopyLabels(start, values[..length]);
            truth.CopyLabels(start, places[..length]);
            for (var i = 0; i < length; i++)
            {
                cleared[start + i] = ignored.Contains(places[i]) ? (ushort)0 : (ushort)values[i];
            }
        }

        return LabelVolume.Create(cleared, labels.Shape, labels.Geometry, labels.Classes);
    }
}
