using System.Globalization;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Reads names and colours of labels from the pairs that 3D Slicer adds to .seg.nrrd files.</summary>
/// <remarks>
/// Segment0_LabelValue, Segment0_Name, Segment0_Color (three shares of 1), and so on; the format of
/// https://github.com/Slicer/Slicer/blob/main/Libs/vtkSegmentationCore/vtkSegmentation.cxx since Slicer 4.11. Pairs that
/// make no sense are passed over: labels are as good without a name.
/// </remarks>
internal static class SlicerSegments
{
    private const string Prefix = "Segment";
    private const int LongestName = 64;

    /// <summary>The classes of a file whose labels lie in one channel, background included; empty where it states none.</summary>
    public static IReadOnlyList<LabelClass> Read(IEnumerable<(string Key, string Value)> pairs)
    {
        var values = new Dictionary<string, string>();
        foreach (var (key, value) in pairs.Where(pair => pair.Key.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            values.TryAdd(key, value.Trim());
        }

        var classes = new SortedDictionary<int, LabelClass>();
        foreach (var (key, text) in values.Where(pair => pair.Key.EndsWith("_LabelValue", StringComparison.Ordinal)))
        {
            var segment = key[..^"LabelValue".Length];
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= LabelClass.MaximumValue)
            {
                var name = values.GetValueOrDefault(segment + "Name") is { Length: > 0 } given ? given : LabelClass.Unnamed(value).Name;
                classes.TryAdd(value, new(value, name.Length > LongestName ? name[..LongestName] : name) { Color = Color(values.GetValueOrDefault(segment + "Color")) });
            }
        }

        if (classes.Count > 0)
        {
            classes.TryAdd(0, LabelClass.Unnamed(0));
        }

        return [.. classes.Values];
    }

    private static LabelColor? Color(string? text)
    {
        var shares = (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(word => double.TryParse(word, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 1 ? share : double.NaN)
            .ToArray();
        return shares is [var red, var green, var blue] && double.IsFinite(red + green + blue)
            ? new(Byte(red), Byte(green), Byte(blue))
            : null;

        static byte Byte(double share) => (byte)Math.Round(share * 255);
    }
}
