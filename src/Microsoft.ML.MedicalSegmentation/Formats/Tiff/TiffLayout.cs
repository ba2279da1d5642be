namespace Microsoft.ML.MedicalSegmentation.Formats.Tiff;

/// <summary>How the pages of a TIFF make a volume, and what its description says of sizes.</summary>
/// <param name="Pages">The page of each slice of each channel: all slices of the first channel, then those of the second.</param>
/// <param name="Channels">Channels that pages make; samples of a page multiply them.</param>
internal sealed record TiffLayout(IReadOnlyList<int> Pages, int Channels)
{
    private static readonly Dictionary<string, double> MillimetresPerUnit = new(StringComparer.OrdinalIgnoreCase)
    {
        ["nm"] = 1e-6,
        ["um"] = 1e-3,
        ["\u00B5m"] = 1e-3,
        ["\u03BCm"] = 1e-3,
        ["\\u00B5m"] = 1e-3,
        ["micron"] = 1e-3,
        ["microns"] = 1e-3,
        ["micrometer"] = 1e-3,
        ["\u00C5"] = 1e-7,
        ["mm"] = 1,
        ["millimeter"] = 1,
        ["cm"] = 10,
        ["in"] = 25.4,
        ["inch"] = 25.4,
        ["m"] = 1000,
    };

    /// <summary>What turns the resolution fields into pixels per mm; null if the description has no unit of length.</summary>
    public double? PerMillimetre { get; init; }

    /// <summary>Size of a pixel in mm that the description states itself; null if it does not.</summary>
    public (double X, double Y)? PixelSize { get; init; }

    /// <summary>Distance of slices in mm; null if it is not stated.</summary>
    public double? SliceDistance { get; init; }

    /// <summary>Pages as slices, as they follow each other.</summary>
    public static TiffLayout Plain(int pages) => new([.. Enumerable.Range(0, pages)], 1);

    /// <summary>Millimetres of a unit of length; null for others.</summary>
    public static double? Millimetres(string? unit) =>
        unit is not null && MillimetresPerUnit.TryGetValue(unit, out var length) ? length : null;
}
