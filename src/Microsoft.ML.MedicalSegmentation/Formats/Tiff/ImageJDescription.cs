using System.Globalization;

namespace Microsoft.ML.MedicalSegmentation.Formats.Tiff;

/// <summary>What ImageJ writes into the description of a TIFF: the unit, the distance of slices, and how pages are dealt out.</summary>
internal static class ImageJDescription
{
    /// <summary>Reads a description; null if it is none of ImageJ's.</summary>
    /// <remarks>Pages of all channels of a slice follow each other, then slices, then frames. Frames become channels.</remarks>
    public static TiffLayout? Parse(string description, int pages)
    {
        if (!description.StartsWith("ImageJ=", StringComparison.Ordinal))
        {
            return null;
        }

        var fields = new Dictionary<string, string>();
        foreach (var line in description.TrimEnd('\0').Split('\n'))
        {
            if (line.IndexOf('=') is > 0 and var end)
            {
                fields[line[..end]] = line[(end + 1)..].Trim();
            }
        }

        int Count(string key) =>
            int.TryParse(fields.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
                ? count
                : 1;
        var (channels, slices, frames) = (Count("channels"), Count("slices"), Count("frames"));
        var unit = TiffLayout.Millimetres(fields.GetValueOrDefault("unit"));
        var distance =
            double.TryParse(fields.GetValueOrDefault("spacing"), NumberStyles.Float, CultureInfo.InvariantCulture, out var spacing)
            && unit * Math.Abs(spacing) is > 0 and < 1e9 and var millimetres
                ? millimetres
                : (double?)null;
        var layout =
            (Int128)channels * slices * frames == pages
                ? new([.. Enumerable.Range(0, pages).Select(i => PageOf(i / slices, i % slices))], channels * frames)
                : TiffLayout.Plain(pages);
        return layout with { PerMillimetre = 1 / unit, SliceDistance = distance };

        int PageOf(int channel, int slice) => (((channel / channels * slices) + slice) * channels) + (channel % channels);
    }
}
