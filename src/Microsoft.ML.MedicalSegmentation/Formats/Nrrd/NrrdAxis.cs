using System.Globalization;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>One axis of a NRRD array, the fastest first.</summary>
/// <param name="Size">Samples along it.</param>
/// <param name="Direction">Step in world space between samples; null where the axis is not one of space.</param>
/// <param name="Spacing">Step where there is no direction; 1 where the header has none.</param>
/// <param name="Kind">What the samples are, such as "domain" or "vector"; empty where the header does not say.</param>
internal sealed record NrrdAxis(long Size, double[]? Direction, double Spacing, string Kind)
{
    private static readonly string[] SpatialKinds = ["", "domain", "space", "???"];

    private const int LargestDimension = 16;

    /// <summary>True where the axis is x, y or z, as far as its kind tells.</summary>
    public bool IsSpatialByKind => SpatialKinds.Contains(Kind, StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads the axes of a header; empty with faults in the report where they make no sense.</summary>
    /// <param name="header">The header's lines.</param>
    /// <param name="spaceDimension">Numbers in a direction; 0 where there is no space.</param>
    /// <param name="report">Receives faults.</param>
    public static NrrdAxis[] Read(NrrdHeader header, int spaceDimension, HeaderReport report)
    {
        if (!int.TryParse(header["dimension"], CultureInfo.InvariantCulture, out var dimension) || dimension is < 1 or > LargestDimension)
        {
            report.Fault("dimension", header["dimension"] ?? "missing", $"it must be 1 to {LargestDimension}");
            return [];
        }

        var sizes = header.Words("sizes");
        if (sizes.Length != dimension)
        {
            report.Fault("sizes", header["sizes"] ?? "missing", $"there must be {dimension} sizes, as many as the dimension says");
            return [];
        }

        var kinds = PerAxis(header, "kinds", dimension, report);
        var spacings = PerAxis(header, "spacings", dimension, report);
        var directions = spaceDimension == 0 || header["space directions"] is null ? null : NrrdVector.Split(header["space directions"]);
        if (directions is not null && directions.Count != dimension)
        {
            report.Fault("space directions", header["space directions"] ?? "missing", $"there must be {dimension} of them, each '(x,y,z)' or 'none'");
            return [];
        }

        var axes = new NrrdAxis[dimension];
        for (var i = 0; i < dimension; i++)
        {
            var isSize = long.TryParse(sizes[i], CultureInfo.InvariantCulture, out var size) && size is >= 1 and <= int.MaxValue;
            report.Require(isSize, $"sizes[{i}]", sizes[i], $"a size must be 1 to {int.MaxValue}");
            var spacing = 1.0;
            if (spacings is not null && double.TryParse(spacings[i], CultureInfo.InvariantCulture, out var given) && double.IsFinite(given) && given != 0)
            {
                spacing = Math.Abs(given);
            }

            var direction = directions?[i] is { } text && text != "none" ? NrrdVector.Parse(text, spaceDimension, $"space directions[{i}]", report) : null;
            axes[i] = new(size, direction, spacing, kinds?[i] ?? "");
        }

        return report.HasFaults ? [] : axes;
    }

    private static string[]? PerAxis(NrrdHeader header, string field, int dimension, HeaderReport report)
    {
        var words = header.Words(field);
        if (words.Length == 0)
        {
            return null;
        }

        report.Require(words.Length == dimension, field, header[field] ?? "", $"there must be {dimension} words, one for each axis");
        return words.Length == dimension ? words : null;
    }
}
