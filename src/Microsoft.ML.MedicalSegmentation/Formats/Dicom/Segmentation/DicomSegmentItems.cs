using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Derived;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Segmentation;

/// <summary>Writes segment descriptions.</summary>
internal static class DicomSegmentItems
{
    /// <summary>One item of Segment Sequence.</summary>
    public static DicomDataSetWriter Describe(DicomSegment segment, DicomAlgorithm? algorithm)
    {
        var item = new DicomDataSetWriter()
            .AddIntegers("SegmentNumber", segment.Number)
            .Add("SegmentLabel", segment.Label)
            .Add("SegmentAlgorithmType", segment.AlgorithmType switch
            {
                DicomAlgorithmType.Manual => "MANUAL",
                DicomAlgorithmType.Semiautomatic => "SEMIAUTOMATIC",
                _ => "AUTOMATIC",
            })
            .AddItems("SegmentedPropertyCategoryCodeSequence", [segment.Category.ToItem()])
            .AddItems("SegmentedPropertyTypeCodeSequence", [Type(segment)]);
        if (segment.AlgorithmType != DicomAlgorithmType.Manual)
        {
            item.Add("SegmentAlgorithmName", algorithm?.Name ?? segment.AlgorithmName ?? "");
            if (algorithm is not null)
            {
                item.AddItems("SegmentationAlgorithmIdentificationSequence", [algorithm.ToItem()]);
            }
        }

        if (segment.Color is { } color)
        {
            item.AddIntegers("RecommendedDisplayCIELabValue", [.. color.ToStored().Select(v => (int)v)]);
        }

        return item;
    }

    /// <summary>The type, with its modifier within it.</summary>
    private static DicomDataSetWriter Type(DicomSegment segment)
        => segment.TypeModifier is { } modifier
            ? segment.Type.ToItem().AddItems("SegmentedPropertyTypeModifierCodeSequence", [modifier.ToItem()])
            : segment.Type.ToItem();
}
