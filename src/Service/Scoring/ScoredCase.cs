namespace Microsoft.ML.MedicalSegmentation.AspNetCore.Scoring;

/// <summary>The labels of a volume with what belongs to them.</summary>
/// <param name="Labels">On the grid of the volume.</param>
/// <param name="Segments">Name, colour, size and intensities of each structure.</param>
/// <param name="Warnings">What the library warned of.</param>
/// <param name="Algorithm">The model.</param>
internal sealed record ScoredCase(
    LabelVolume Labels,
    IReadOnlyList<ScoredSegment> Segments,
    IReadOnlyList<string> Warnings,
    DicomAlgorithm Algorithm
)
{
    /// <summary>How doubtful each voxel is, 0 to 1, on the same grid; null where it was not measured.</summary>
    public Volume? Doubt { get; init; }

    /// <summary>The doubt in steps of 1 / 255, a byte a voxel.</summary>
    public Volume<byte>? DoubtInBytes()
    {
        if (Doubt is not { } doubt)
        {
            return null;
        }

        var (bytes, values) = (new byte[doubt.Shape.ChannelCount], new float[1 << 16]);
        for (var start = 0; start < bytes.Length; start += values.Length)
        {
            var length = Math.Min(values.Length, bytes.Length - start);
            doubt.CopyValues(start, values.AsSpan(0, length));
            for (var i = 0; i < length; i++)
            {
                bytes[start + i] = (byte)Math.Round(255 * Math.Clamp(values[i], 0, 1));
            }
        }

        return Volume.Create(bytes, doubt.Shape, doubt.Geometry, new VoxelScaling(1.0 / 255, 0));
    }
}

/// <summary>One structure of a result.</summary>
/// <param name="Label">Its value in the labels.</param>
/// <param name="Name">What users call it.</param>
/// <param name="Color">As on web pages.</param>
/// <param name="Voxels">How many voxels.</param>
/// <param name="Milliliters">Its volume.</param>
/// <param name="Mean">Mean of the image; null without voxels.</param>
/// <param name="StandardDeviation">Deviation of the population; null without voxels.</param>
internal sealed record ScoredSegment(
    int Label,
    string Name,
    string Color,
    long Voxels,
    double Milliliters,
    double? Mean,
    double? StandardDeviation
)
{
    // Told apart easily, also by people who see red and green alike.
    private static readonly string[] Palette = ["#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7", "#999999"];

    public static ScoredSegment Of(SegmentStatistics statistics, LabelClass? label)
    {
        var name = label?.Name ?? $"class {statistics.Label}";
        var color = label?.Color?.ToString();
        if (color is null && DicomSegmentCodes.Find(name)?.Color?.ToRgb() is var (red, green, blue))
        {
            color = new LabelColor(red, green, blue).ToString();
        }

        return new(
            statistics.Label,
            name,
            color ?? Palette[(statistics.Label - 1) % Palette.Length],
            statistics.Voxels,
            statistics.Milliliters,
            double.IsFinite(statistics.Mean) ? statistics.Mean : null,
            double.IsFinite(statistics.StandardDeviation) ? statistics.StandardDeviation : null
        );
    }
}
