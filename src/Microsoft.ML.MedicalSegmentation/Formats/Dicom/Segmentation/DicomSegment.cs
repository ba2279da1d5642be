using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How a segment was drawn.</summary>
public enum DicomAlgorithmType
{
    /// <summary>By a program alone.</summary>
    Automatic,

    /// <summary>By a program with a person's help.</summary>
    Semiautomatic,

    /// <summary>By a person.</summary>
    Manual,
}

/// <summary>How a segmentation object keeps its segments.</summary>
public enum DicomSegmentationType
{
    /// <summary>One bit a voxel and segment; segments may overlap.</summary>
    Binary,

    /// <summary>A probability or share from 0 to 1, a voxel and segment.</summary>
    Fractional,

    /// <summary>One number a voxel; segments do not overlap.</summary>
    LabelMap,
}

/// <summary>What <see cref="DicomSegmentation.ToLabels(DicomOverlap, double)"/> does with voxels of several segments.</summary>
public enum DicomOverlap
{
    /// <summary>Fails and says how many voxels there are.</summary>
    Refuse,

    /// <summary>The segment of the smallest number wins.</summary>
    LowestNumber,

    /// <summary>The segment of the largest number wins.</summary>
    HighestNumber,
}

/// <summary>One structure of a segmentation object.</summary>
/// <param name="Number">Its number: the label in label volumes; from 1 on.</param>
/// <param name="Label">What users call it; 1 to 64 characters.</param>
public sealed record DicomSegment(int Number, string Label)
{
    /// <summary>What kind of thing it is.</summary>
    /// <value>Default <see cref="DicomCode.Tissue"/>.</value>
    public DicomCode Category { get; init; } = DicomCode.Tissue;

    /// <summary>What it is.</summary>
    /// <value>Default <see cref="DicomCode.Tissue"/>.</value>
    public DicomCode Type { get; init; } = DicomCode.Tissue;

    /// <summary>The colour to show it in; null leaves it to the viewer.</summary>
    public DicomColor? Color { get; init; }

    /// <summary>How it was drawn.</summary>
    /// <value>Default <see cref="DicomAlgorithmType.Automatic"/>.</value>
    public DicomAlgorithmType AlgorithmType { get; init; } = DicomAlgorithmType.Automatic;

    /// <summary>The program that drew it; the standard wants one unless it was drawn by hand.</summary>
    /// <value>Default "MLMedSeg"; at most 64 characters.</value>
    public string? AlgorithmName { get; init; } = "MLMedSeg";

    internal static IReadOnlyList<DicomSegment> Read(DicomDataSet set)
    {
        var segments = new List<DicomSegment>();
        var numbers = new HashSet<int>();
        foreach (var item in set.Items(DicomTags.SegmentSequence))
        {
            var number = item.RequiredInteger(DicomTags.SegmentNumber, 0, ushort.MaxValue);
            if (!numbers.Add(number))
            {
                throw item.Fault(DicomTags.SegmentNumber, $"segment {number} is described twice; numbers must differ. The file is damaged");
            }

            segments.Add(new(number, item.Text(DicomTags.SegmentLabel) ?? $"segment {number}")
            {
                Category = DicomCode.Read(item.FirstItem(DicomTags.SegmentedPropertyCategoryCodeSequence)) ?? DicomCode.Tissue,
                Type = DicomCode.Read(item.FirstItem(DicomTags.SegmentedPropertyTypeCodeSequence)) ?? DicomCode.Tissue,
                Color = item.Numbers(DicomTags.RecommendedDisplayCieLabValue, 3) is { } stored ? DicomColor.FromStored(stored) : null,
                AlgorithmType = item.Text(DicomTags.SegmentAlgorithmType) switch
                {
                    "MANUAL" => DicomAlgorithmType.Manual,
                    "SEMIAUTOMATIC" => DicomAlgorithmType.Semiautomatic,
                    _ => DicomAlgorithmType.Automatic,
                },
                AlgorithmName = item.Text(DicomTags.SegmentAlgorithmName),
            });
        }

        return segments;
    }
}
