using Microsoft.ML.MedicalSegmentation.Intensity;

namespace Microsoft.ML.MedicalSegmentation.Classification;

/// <summary>Looks at every training image once: classes, sizes, channels, orientations, intensities.</summary>
internal sealed class ClassificationSurvey
{
    private const int LargestPicture = 224;
    private const int LargestVolumeSide = 64;

    private readonly List<VolumeShape> _shapes = [];
    private readonly HashSet<string> _orientations = [];
    private readonly List<(double Weight, double Mean, double Deviation)[]> _statistics = [];
    private List<(int Row, Volume Image, string Label)>? _kept = [];

    /// <summary>The label of each row.</summary>
    public List<string> Labels { get; } = [];

    /// <summary>The images, where their memory was not too much; null where they must be read again.</summary>
    public IReadOnlyList<(int Row, Volume Image, string Label)>? Kept => _kept;

    /// <summary>Channels of every image.</summary>
    public int Channels => _shapes[0].Channels;

    /// <summary>2 where every image is one slice.</summary>
    public int SpatialDims => _shapes.TrueForAll(shape => shape.IsImage) ? 2 : 3;

    /// <summary>The one orientation of all images; null where there are several.</summary>
    public string? Orientation => _orientations.Count == 1 ? _orientations.Single() : null;

    /// <summary>Every orientation.</summary>
    public IEnumerable<string> Orientations => _orientations.Order();

    /// <summary>Reads every row.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="withStatistics">Whether intensities are wanted.</param>
    /// <param name="maximumBytes">Memory that kept images may take.</param>
    /// <exception cref="ArgumentException">There are no rows, or channels differ.</exception>
    public static ClassificationSurvey Of(ClassificationRows rows, bool withStatistics, long maximumBytes)
    {
        var survey = new ClassificationSurvey();
        var bytes = 0L;
        foreach (var (row, image, label) in rows.Read())
        {
            if (survey._shapes.Count > 0 && image.Shape.Channels != survey.Channels)
            {
                throw new ArgumentException(
                    $"Row {row} of the training data has {image.Shape.Channels} channels, the rows before have {survey.Channels} "
                        + $"({image.NameInErrors}). Load the same channels for every image."
                );
            }

            survey._shapes.Add(image.Shape);
            survey._orientations.Add(image.Geometry.OrientationCode);
            survey.Labels.Add(label);
            if (withStatistics)
            {
                survey._statistics.Add([.. Enumerable.Range(0, image.Shape.Channels).Select(channel => Statistics(image, channel))]);
            }

            bytes += image.SizeInBytes;
            survey._kept = bytes <= maximumBytes ? survey._kept : null;
            survey._kept?.Add((row, image, label));
        }

        return survey._shapes.Count > 0
            ? survey
            : throw new ArgumentException("The training data has no rows. Check the list of images, and filters before the trainer.");
    }

    /// <summary>The size that images are brought to where none is asked for: the median of each side, up to a limit.</summary>
    public PatchSize MedianSize()
    {
        int Median(Func<VolumeShape, int> side) => _shapes.Select(side).Order().ElementAt(_shapes.Count / 2);
        var limit = SpatialDims == 2 ? LargestPicture : LargestVolumeSide;
        return new(
            Math.Min(Median(shape => shape.Depth), limit),
            Math.Min(Median(shape => shape.Height), limit),
            Math.Min(Median(shape => shape.Width), limit)
        );
    }

    /// <summary>Mean and standard deviation of each channel over all images.</summary>
    public (double[] Means, double[] Deviations) Intensities()
    {
        var (means, deviations) = (new double[Channels], new double[Channels]);
        for (var channel = 0; channel < Channels && _statistics.Count > 0; channel++)
        {
            var weight = _statistics.Sum(image => image[channel].Weight);
            means[channel] = _statistics.Sum(image => image[channel].Weight * image[channel].Mean) / weight;
            var square = _statistics.Sum(image => image[channel].Weight
                * (Square(image[channel].Deviation) + Square(image[channel].Mean - means[channel]))) / weight;
            deviations[channel] = Math.Sqrt(square);
        }

        return (means, deviations);
    }

    private static (double Weight, double Mean, double Deviation) Statistics(Volume image, int channel)
    {
        var (mean, deviation) = ChannelStatistics.Of(image, channel);
        return (image.Shape.ChannelCount, mean, deviation);
    }

    private static double Square(double value) => value * value;
}
