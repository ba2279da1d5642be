namespace Microsoft.ML.MedicalSegmentation.Choice;

/// <summary>Turns labels into the mask of a region.</summary>
internal static class RegionMask
{
    private const int Ignored = 2;

    private static readonly LabelClass[] Classes = [new(0, "background"), new(1, "region"), new(Ignored, "ignore") { IsIgnored = true }];

    /// <summary>1 in the region, 0 outside, and an ignored label where the labels have one.</summary>
    public static LabelVolume Of(LabelVolume labels, LabelRegion region)
    {
        var ignored = labels.Classes.Where(c => c.IsIgnored).Select(c => c.Value).ToHashSet();
        var mask = new byte[checked((int)labels.Shape.Count)];
        var values = new int[8192];
        for (var start = 0; start < mask.Length; start += values.Length)
        {
            var block = values.AsSpan(0, Math.Min(values.Length, mask.Length - start));
            labels.CopyLabels(start, block);
            for (var i = 0; i < block.Length; i++)
            {
                mask[start + i] = (byte)(ignored.Contains(block[i]) ? Ignored : region.Values.Contains(block[i]) ? 1 : 0);
            }
        }

        return LabelVolume.Create(mask, labels.Shape, labels.Geometry, Classes);
    }
}
