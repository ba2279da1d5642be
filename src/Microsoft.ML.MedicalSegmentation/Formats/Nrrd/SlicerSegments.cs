using System.Globalization;

namespace Microsoft.ML.MedicalSegmentation.Formats.Nrrd;

/// <summary>One segment of a .seg.nrrd.</summary>
/// <param name="Name">What users call it; null where the file does not say.</param>
/// <param name="Layer">The channel that holds it, from 0.</param>
/// <param name="LabelValue">Its number in that channel.</param>
/// <param name="Color">The colour to show it in.</param>
internal sealed record SlicerSegment(string? Name, int Layer, int LabelValue, LabelColor? Color)
{
    /// <summary>Its class, under a number.</summary>
    public LabelClass ToClass(int label) => (Name is null ? LabelClass.Unnamed(label) : new LabelClass(label, Name)) with { Color = Color };
}

/// <summary>Reads names and colours of labels from the pairs that 3D Slicer adds to .seg.nrrd files.</summary>
/// <remarks>
/// Segment0_LabelValue, Segment0_Name, Segment0_Layer, Segment0_Color (three shares of 1), and so on; the format of
/// https://github.com/Slicer/Slicer/blob/main/Libs/vtkSegmentationCore/vtkSegmentation.cxx since Slicer 4.11. Pairs that
/// make no sense are passed over: labels are as good without a name.
/// </remarks>
internal static class SlicerSegments
{
    private const string Prefix = "Segment";
    private const int LongestName = 64;

    /// <summary>The segments in the order of their numbers in the file; empty if it describes none.</summary>
    public static IReadOnlyList<SlicerSegment> Read(IEnumerable<(string Key, string Value)> pairs)
    {
        var values = new Dictionary<string, string>();
        foreach (var (key, value) in pairs.Where(pair => pair.Key.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            values.TryAdd(key, value.Trim());
        }

        var segments = new SortedDictionary<int, SlicerSegment>();
        foreach (var (key, text) in values.Where(pair => pair.Key.EndsWith("_LabelValue", StringComparison.Ordinal)))
        {
            var segment = key[..^"LabelValue".Length];
            if (int.TryParse(segment[Prefix.Length..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= LabelClass.MaximumValue)
            {
                var name = values.GetValueOrDefault(segment + "Name") is { Length: > 0 } given ? given : null;
                _ = int.TryParse(
                    values.GetValueOrDefault(segment + "Layer"),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var layer
                );
                segments.TryAdd(
                    index,
                    new(
                        name?.Length > LongestName ? name[..LongestName] : name,
                        layer,
                        value,
                        Color(values.GetValueOrDefault(segment + "Color"))
                    )
                );
            }
        }

        return [.. segments.Values];
    }

    /// <summary>The classes of segments that lie in one channel, background included; empty if there are none.</summary>
    public static IReadOnlyList<LabelClass> Classes(IReadOnlyList<SlicerSegment> segments)
        => segments.Count == 0
            ? []
            :
            [
                .. segments
                    .Select(s => s.ToClass(s.LabelValue))
                    .Append(LabelClass.Unnamed(0))
                    .DistinctBy(c => c.Value)
                    .OrderBy(c => c.Value),
            ];

    private static LabelColor? Color(string? text)
    {
        var shares = (text ?? "")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(word =>
                double.TryParse(word, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 1 ? share : double.NaN
            )
            .ToArray();
        return shares is [var red, var green, var blue] && double.IsFinite(red + green + blue)
            ? new(Byte(red), Byte(green), Byte(blue))
            : null;

        static byte Byte(double share) => (byte)Math.Round(share * 255);
    }
}
