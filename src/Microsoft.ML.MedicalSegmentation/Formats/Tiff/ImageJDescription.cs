using System.Globalization;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>What ImageJ writes into the description of a TIFF: the unit, the distance of slices, and how pages are dealt out.</summary>
/// <param name="Channels">Channels times frames; pages of all channels of a slice follow each other.</param>
/// <param name="PerChannel">Channels of one frame.</param>
/// <param name="PerMillimetre">What turns the resolution fields into pixels per mm; null where the description has no unit of length.</param>
/// <param name="SliceDistance">Distance of slices in mm; null where it is not stated.</param>
internal sealed record ImageJDescription(int Channels, int PerChannel, double? PerMillimetre, double? SliceDistance)
{
    private static readonly Dictionary<string, double> MillimetresPerUnit = new(StringComparer.OrdinalIgnoreCase)
    {
        ["nm"] = 1e-6,
        ["um"] = 1e-3,
        ["\u00B5m"] = 1e-3,
        ["\\u00B5m"] = 1e-3,
        ["micron"] = 1e-3,
        ["microns"] = 1e-3,
        ["micrometer"] = 1e-3,
        ["mm"] = 1,
        ["millimeter"] = 1,
        ["cm"] = 10,
        ["inch"] = 25.4,
        ["m"] = 1000,
    };

    /// <summary>Reads a description; every other text means plain pages.</summary>
    public static ImageJDescription Parse(string description, int pages)
    {
        var plain = new ImageJDescription(1, 1, null, null);
        if (!description.StartsWith("ImageJ=", StringComparison.Ordinal))
        {
            return plain;
        }

        var fields = new Dictionary<string, string>();
        foreach (var line in description.TrimEnd('\0').Split('\n'))
        {
            if (line.IndexOf('=') is > 0 and var end)
            {
                fields[line[..end]] = line[(end + 1)..].Trim();
            }
        }

        int Count(string key) => int.TryParse(fields.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? count : 1;
        var (channels, slices, frames) = (Count("channels"), Count("slices"), Count("frames"));
        var dealt = (Int128)channels * slices * frames == pages;
        var unit = MillimetresPerUnit.TryGetValue(fields.GetValueOrDefault("unit") ?? "", out var length) ? length : (double?)null;
        var distance = double.TryParse(fields.GetValueOrDefault("spacing"), NumberStyles.Float, CultureInfo.InvariantCulture, out var spacing)
            && unit * Math.Abs(spacing) is > 0 and < 1e9 and var millimetres ? millimetres : (double?)null;
        return new(dealt ? channels * frames : 1, dealt ? channels : 1, 1 / unit, distance);
    }

    /// <summary>Brings pages, whose channels run fastest, then slices, then frames, into the order of a volume.</summary>
    public List<TiffPage> Order(List<TiffPage> pages)
    {
        if (Channels == 1)
        {
            return pages;
        }

        var slices = pages.Count / Channels;
        return [.. Enumerable.Range(0, pages.Count).Select(i =>
        {
            var (channel, slice) = (i / slices, i % slices);
            return pages[(((channel / PerChannel * slices) + slice) * PerChannel) + (channel % PerChannel)];
        })];
    }
}
