using System.Text;
using Microsoft.ML.MedicalSegmentation.Datasets;
using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Texts;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>What planning a network needs to know of a data set: sizes, spacings, foreground intensities and classes.</summary>
/// <remarks>
/// The numbers of nnU-Net's fingerprint (Isensee et al. 2021, https://doi.org/10.1038/s41592-020-01008-z; version 2 of its
/// code). Shapes are of images cropped to the box of what is not 0 in some channel. Differs: as many values are drawn as
/// <see cref="DatasetValidationOptions.ForegroundSamples"/> says, a tenth of nnU-Net's by default.
/// </remarks>
public sealed record DatasetFingerprint
{
    /// <summary>The members with their values, lists with their items.</summary>
    public override string ToString() => RecordText.Of(this);

    private const string CurrentSchema = "medseg-fingerprint/1";

    /// <summary>Name and version of the JSON form.</summary>
    public string Schema { get; init; } = CurrentSchema;

    /// <summary>Name of the data set.</summary>
    public required string Dataset { get; init; }

    /// <summary>Names of the channels, such as "CT", which decides how intensities are normalised; empty if they have no names.</summary>
    public required IReadOnlyList<string> ChannelNames { get; init; }

    /// <summary>Every training image that could be read.</summary>
    public required IReadOnlyList<CaseFingerprint> Cases { get; init; }

    /// <summary>Median over cases, mm along x, y and z.</summary>
    public required Vector3D MedianSpacing { get; init; }

    /// <summary>Median over cases of the cropped size, voxels along x, y and z.</summary>
    public required Vector3D MedianCroppedSize { get; init; }

    /// <summary>Median over cases of the cropped box's share of all voxels; nnU-Net normalises within it below 0.75.</summary>
    public required double MedianCroppedRatio { get; init; }

    /// <summary>Statistics of each channel at voxels with a label above 0, as many drawn of every case; empty without labels.</summary>
    public required IReadOnlyList<IntensityStatistics> Foreground { get; init; }

    /// <summary>Label values, and how often they occur; empty without labels.</summary>
    public required IReadOnlyList<ClassFrequency> Classes { get; init; }

    /// <summary>Reads a fingerprint from a JSON file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InputDataException">The file is something else.</exception>
    public static DatasetFingerprint Load(string path) => FromJson(File.ReadAllText(path), path);

    /// <summary>Reads a fingerprint from JSON.</summary>
    /// <param name="json">What <see cref="ToJson"/> gave.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="InputDataException">The text is something else.</exception>
    public static DatasetFingerprint FromJson(string json, string name = "The text")
    {
        var fingerprint = ReportJson.Read<DatasetFingerprint>(json, name, "fingerprint");
        return fingerprint.Schema == CurrentSchema
            ? fingerprint
            : throw new InputDataException(
                $"{name} has the schema '{fingerprint.Schema}'; this version reads '{CurrentSchema}'. Write it again with this version."
            );
    }

    /// <summary>Writes the fingerprint as a JSON file; the file is whole or absent.</summary>
    public void Save(string path) => AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(ToJson())));

    /// <summary>The fingerprint as JSON.</summary>
    public string ToJson() => ReportJson.Write(this);

    /// <summary>Medians and pooled statistics of cases.</summary>
    /// <returns>Null if there is no case.</returns>
    internal static DatasetFingerprint? Of(
        SegmentationDataset dataset,
        IReadOnlyList<CaseFingerprint> cases,
        IReadOnlyList<float[][]> foreground,
        IReadOnlyList<ClassFrequency> classes)
    {
        if (cases.Count == 0)
        {
            return null;
        }

        Vector3D Medians(Func<CaseFingerprint, Vector3D> of)
            => new(Median(cases.Select(c => of(c).X)), Median(cases.Select(c => of(c).Y)), Median(cases.Select(c => of(c).Z)));

        // Cases with other numbers of channels are findings; the channels that most have are pooled.
        var channels = foreground.Count == 0 ? 0 : foreground.CountBy(samples => samples.Length).MaxBy(count => count.Value).Key;
        var pooled = Enumerable.Range(0, channels)
            .Select(channel => foreground.Where(samples => samples.Length == channels).SelectMany(samples => samples[channel]).ToArray())
            .ToList();
        return new()
        {
            Dataset = dataset.Name,
            ChannelNames = dataset.ChannelNames,
            Cases = cases,
            MedianSpacing = Medians(c => c.Spacing),
            MedianCroppedSize = Medians(c => new(c.CroppedShape.Width, c.CroppedShape.Height, c.CroppedShape.Depth)),
            MedianCroppedRatio = Median(cases.Select(c => c.CroppedRatio)),
            Foreground = pooled.All(values => values.Length > 0) ? [.. pooled.Select(values => IntensityStatistics.Of(values))] : [],
            Classes = classes,
        };
    }

    /// <summary>The middle value, or the mean of the two in the middle.</summary>
    internal static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
