namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Size and intensities of one structure.</summary>
/// <param name="Label">Its value in the label volume.</param>
/// <param name="Voxels">How many voxels carry it.</param>
/// <param name="Milliliters">Its volume: voxels times the volume of a voxel.</param>
/// <param name="Mean">Mean of the image's first channel over the structure; NaN without an image or voxel.</param>
/// <param name="StandardDeviation">Deviation of the population; NaN without an image or voxel.</param>
public sealed record SegmentStatistics(int Label, long Voxels, double Milliliters, double Mean, double StandardDeviation)
{
    /// <summary>Measures every label but 0 that occurs, or that the classes name; in ascending order.</summary>
    /// <param name="labels">The structures.</param>
    /// <param name="image">The image on the same grid; null measures volumes only.</param>
    /// <exception cref="ArgumentException">The image has another size.</exception>
    public static IReadOnlyList<SegmentStatistics> Measure(LabelVolume labels, Volume? image = null)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (image is not null && !image.Shape.SameGrid(labels.Shape))
        {
            throw new ArgumentException(
                $"The image is {image.Shape} and the labels are {labels.Shape}; give the image that was segmented.",
                nameof(image)
            );
        }

        var counts = labels.CountValues();
        var (sums, squares) = image is null ? ([], []) : Sum(labels, image, counts);
        var voxel = Math.Abs(labels.Geometry.IndexToWorld.Determinant) / 1000;
        return
        [
            .. Enumerable
                .Range(1, counts.Length - 1)
                .Where(value => counts[value] > 0)
                .Union(labels.Classes.Select(c => c.Value).Where(value => value > 0 && value < counts.Length))
                .Order()
                .Select(value => Of(value, counts[value], voxel, sums, squares)),
        ];
    }

    private static SegmentStatistics Of(int value, long count, double voxel, double[] sums, double[] squares)
    {
        if (sums.Length == 0 || count == 0)
        {
            return new(value, count, count * voxel, double.NaN, double.NaN);
        }

        return new(value, count, count * voxel, sums[value], Math.Sqrt(squares[value] / count));
    }

    /// <summary>Means, and then sums of squared differences from them: two passes, so that large offsets cost no digits.</summary>
    private static (double[] Means, double[] Squares) Sum(LabelVolume labels, Volume image, long[] counts)
    {
        var (means, squares) = (new double[counts.Length], new double[counts.Length]);
        ForEach(labels, image, (label, value) => means[label] += value);
        for (var i = 0; i < means.Length; i++)
        {
            means[i] /= Math.Max(1, counts[i]);
        }

        ForEach(labels, image, (label, value) => squares[label] += (value - means[label]) * (value - means[label]));
        return (means, squares);
    }

    private static void ForEach(LabelVolume labels, Volume image, Action<int, double> add)
    {
        var (values, numbers) = (new float[8192], new int[8192]);
        for (long start = 0; start < labels.Shape.Count; start += values.Length)
        {
            var count = (int)Math.Min(values.Length, labels.Shape.Count - start);
            labels.CopyLabels(start, numbers.AsSpan(0, count));
            image.CopyValues(start, values.AsSpan(0, count));
            for (var i = 0; i < count; i++)
            {
                if (numbers[i] != 0)
                {
                    add(numbers[i], values[i]);
                }
            }
        }
    }
}
