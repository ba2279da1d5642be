namespace Microsoft.ML.MedicalSegmentation.Spatial.Components;

/// <summary>Which labels form regions together: from label to group; group 0 is not a region.</summary>
internal sealed class LabelGroups
{
    private readonly ushort[]? _groupOf;

    private LabelGroups(ushort[]? groupOf) => _groupOf = groupOf;

    /// <summary>Each label but the background is a group of its own.</summary>
    public static LabelGroups EachLabel { get; } = new(null);

    /// <summary>Everything but the background is one group.</summary>
    public static LabelGroups Foreground { get; } = Of(label => label != 0);

    /// <summary>The labels for which <paramref name="belongs"/> holds are one group.</summary>
    public static LabelGroups Of(Func<int, bool> belongs)
    {
        var groupOf = new ushort[LabelClass.MaximumValue + 1];
        for (var label = 0; label < groupOf.Length; label++)
        {
            groupOf[label] = belongs(label) ? (ushort)1 : (ushort)0;
        }

        return new(groupOf);
    }

    /// <summary>The labels for which <paramref name="belongs"/> holds are a group each.</summary>
    public static LabelGroups EachOf(Func<int, bool> belongs)
    {
        var groupOf = new ushort[LabelClass.MaximumValue + 1];
        for (var label = 1; label < groupOf.Length; label++)
        {
            groupOf[label] = belongs(label) ? (ushort)label : (ushort)0;
        }

        return new(groupOf);
    }

    /// <summary>The group of a label.</summary>
    public int this[int label] => _groupOf is null ? label : _groupOf[label];
}
