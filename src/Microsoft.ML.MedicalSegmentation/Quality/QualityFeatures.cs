using Microsoft.ML.MedicalSegmentation.Spatial.Components;
using Microsoft.ML.MedicalSegmentation.Texts;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>
/// What a scored case is like, in numbers that change when a segmentation fails: of the image, of the labels, and of the doubt.
/// </summary>
public sealed record QualityFeatures
{
    /// <summary>Names for messages, in the order of <see cref="Values"/>.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>The numbers; those of volumes and counts as logarithms.</summary>
    public required IReadOnlyList<double> Values { get; init; }

    /// <summary>Mean entropy of the voxels that are labelled or at least half in doubt; null without a volume of doubt.</summary>
    public double? MeanDoubt { get; init; }

    /// <summary>Measures a case.</summary>
    /// <param name="image">The image as it was read, before any normalisation.</param>
    /// <param name="prediction">The predicted labels.</param>
    /// <param name="classes">The model's classes; background 0 is passed over.</param>
    /// <param name="doubt">Volume of doubt, 0 to 1. Default: null, none.</param>
    /// <exception cref="ArgumentException">The volumes are not on one grid.</exception>
    public static QualityFeatures Of(Volume image, LabelVolume prediction, IReadOnlyList<LabelClass> classes, Volume? doubt = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(prediction);
        ArgumentNullException.ThrowIfNull(classes);
        if (!image.Shape.SameGrid(prediction.Shape) || (doubt is not null && !doubt.Shape.SameGrid(prediction.Shape)))
        {
            throw new ArgumentException(
                $"The image, {image.Shape}, the labels, {prediction.Shape}, and the doubt must lie on one grid.",
                nameof(prediction)
            );
        }

        var (names, values) = (
            new List<string>(InputFeatures.Names.Select(feature => feature.Name)),
            new List<double>(InputFeatures.Of(image).ToArray())
        );
        var counts = prediction.CountValues();
        foreach (var c in classes.Where(c => c.Value != 0))
        {
            // Half a voxel more, as logarithms of nothing are none.
            var voxels = c.Value < counts.Length ? counts[c.Value] : 0;
            names.Add($"volume of {c.Name}");
            values.Add(Math.Log((voxels + 0.5) * prediction.Geometry.VoxelVolume));
            names.Add($"share of the largest region in {c.Name}");
            values.Add(LargestShare(prediction, c.Value));
        }

        return new() { Names = names, Values = values, MeanDoubt = doubt is null ? null : MeanOf(doubt, prediction) };
    }

    /// <summary>The members with their values, lists with their items.</summary>
    public override string ToString() => RecordText.Of(this);

    private static double LargestShare(LabelVolume labels, int value)
    {
        var parallelism = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
        var regions = ConnectedComponents.Find(labels, VoxelConnectivity.Corners, LabelGroups.Of(label => label == value), parallelism).All;
        return regions.Length == 0 ? 0 : (double)regions.Max(region => region.Voxels) / regions.Sum(region => region.Voxels);
    }

    private static double MeanOf(Volume doubt, LabelVolume labels)
    {
        var (row, classes) = (new float[labels.Shape.Width], new int[labels.Shape.Width]);
        var (sum, count) = (0.0, 0L);
        for (long start = 0; start < labels.Shape.ChannelCount; start += row.Length)
        {
            doubt.CopyValues(start, row);
            labels.CopyLabels(start, classes);
            for (var x = 0; x < row.Length; x++)
            {
                if (classes[x] != 0 || row[x] >= 0.5)
                {
                    (sum, count) = (sum + row[x], count + 1);
                }
            }
        }

        // A case without any structure is as doubtful as can be.
        return count == 0 ? 1 : sum / count;
    }
}
