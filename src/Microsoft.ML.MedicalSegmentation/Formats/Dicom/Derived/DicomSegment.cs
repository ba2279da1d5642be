using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Derived;
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

/// <summary>One structure of a segmentation object or structure set.</summary>
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

    /// <summary>What <see cref="Type"/> leaves open, such as the side; null for nothing.</summary>
    public DicomCode? TypeModifier { get; init; }

    /// <summary>The colour to show it in; null leaves it to the viewer.</summary>
    public DicomColor? Color { get; init; }

    /// <summary>How it was drawn.</summary>
    /// <value>Default <see cref="DicomAlgorithmType.Automatic"/>.</value>
    public DicomAlgorithmType AlgorithmType { get; init; } = DicomAlgorithmType.Automatic;

    /// <summary>The program that drew it; the standard wants one unless it was drawn by hand.</summary>
    /// <value>Default "MLMedSeg"; at most 64 characters.</value>
    public string? AlgorithmName { get; init; } = "MLMedSeg";

    internal IEnumerable<string> Faults()
    {
        if (Number is < 1 or > ushort.MaxValue || Label.Length is 0 or > 64 || Label.Any(c => c == '\\' || char.IsControl(c)))
        {
            yield return $"segment {Number} '{Label}' must have a number from 1 to 65,535 and a "
                + "label of 1 to 64 characters without backslashes";
        }

        if (AlgorithmName is { Length: > 64 } || (AlgorithmType != DicomAlgorithmType.Manual && string.IsNullOrWhiteSpace(AlgorithmName)))
        {
            yield return $"segment {Number} must name its algorithm in at most 64 characters, as it is not drawn by hand";
        }

        var codes = Category.Faults($"category of segment {Number}").Concat(Type.Faults($"type of segment {Number}"))
            .Concat(TypeModifier?.Faults($"type modifier of segment {Number}") ?? []);
        foreach (var fault in codes)
        {
            yield return fault;
        }
    }

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
                Category = DicomCodeItems.Read(item.FirstItem(DicomTags.SegmentedPropertyCategoryCodeSequence)) ?? DicomCode.Tissue,
                Type = DicomCodeItems.Read(item.FirstItem(DicomTags.SegmentedPropertyTypeCodeSequence)) ?? DicomCode.Tissue,
                TypeModifier = DicomCodeItems.Read(
                    item.FirstItem(DicomTags.SegmentedPropertyTypeCodeSequence)
                        ?.FirstItem(DicomTags.SegmentedPropertyTypeModifierCodeSequence)
                ),
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
