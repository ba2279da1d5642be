using System.Globalization;
using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation.Formats.Nrrd;

/// <summary>One axis of a NRRD array, the fastest first.</summary>
/// <param name="Size">Samples along it.</param>
/// <param name="Direction">Step in world space between samples; null if the axis is not one of space.</param>
/// <param name="Spacing">Step where there is no direction; 1 where the header has none.</param>
/// <param name="Kind">What the samples are, such as "domain" or "vector"; empty if the header does not say.</param>
internal sealed record NrrdAxis(long Size, double[]? Direction, double Spacing, string Kind)
{
    /// <summary>True if the header gives the step, if only by both ends of the axis.</summary>
    public bool HasSpacing { get; private init; }

    /// <summary>Where the first sample lies along the axis; null if the header does not say.</summary>
    public double? Origin { get; private init; }

    private static readonly string[] SpatialKinds = ["", "domain", "space", "???"];

    private const int LargestDimension = 16;

    /// <summary>True if the axis is x, y or z, as far as its kind says.</summary>
    public bool IsSpatialByKind => SpatialKinds.Contains(Kind, StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads the axes of a header; empty with faults in the report where they make no sense.</summary>
    /// <param name="header">The header's lines.</param>
    /// <param name="spaceDimension">Numbers in a direction; 0 if there is no space.</param>
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
        var (mins, maxs, centers) = (
            PerAxis(header, "axis mins", dimension, report),
            PerAxis(header, "axis maxs", dimension, report),
            PerAxis(header, "centers", dimension, report)
        );
        var directions = spaceDimension == 0 || header["space directions"] is null ? null : NrrdVector.Split(header["space directions"]);
        if (directions is not null && directions.Count != dimension)
        {
            report.Fault(
                "space directions",
                header["space directions"] ?? "missing",
                $"there must be {dimension} of them, each '(x,y,z)' or 'none'"
            );
            return [];
        }

        var axes = new NrrdAxis[dimension];
        for (var i = 0; i < dimension; i++)
        {
            var isSize = long.TryParse(sizes[i], CultureInfo.InvariantCulture, out var size) && size is >= 1 and <= int.MaxValue;
            report.Require(isSize, $"sizes[{i}]", sizes[i], $"a size must be 1 to {int.MaxValue}");
            var (spacing, first) = Along(Number(spacings, i), Number(mins, i), Number(maxs, i), size, centers?[i]);
            var direction =
                directions?[i] is { } text && text != "none"
                    ? NrrdVector.Parse(text, spaceDimension, $"space directions[{i}]", report)
                    : null;
            axes[i] = new(size, direction, spacing ?? 1, kinds?[i] ?? "") { HasSpacing = spacing is not null, Origin = first };
        }

        return report.HasFaults ? [] : axes;
    }

    /// <summary>Step and place of the first sample of an axis that has no direction.</summary>
    /// <remarks>
    /// As teem and ITK reckon: an axis whose samples are cells, or that does not say, begins half a step before its first sample.
    /// </remarks>
    private static (double? Spacing, double? First) Along(double? spacing, double? min, double? max, long size, string? center)
    {
        var isNode = center?.Equals("node", StringComparison.OrdinalIgnoreCase) == true;
        var steps = isNode ? size - 1 : size;

        // Below 0 where the axis runs backwards.
        var step = spacing is not null and not 0 ? spacing
            : max - min is { } length && length != 0 && steps > 0 ? length / steps : null;
        return (step, isNode ? min : min + ((step ?? 1) / 2));
    }

    private static double? Number(string[]? words, int axis) =>
        words is not null && double.TryParse(words[axis], CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : null;

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
