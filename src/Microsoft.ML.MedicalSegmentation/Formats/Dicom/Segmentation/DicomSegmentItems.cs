using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Segmentation;

/// <summary>Writes codes and segment descriptions.</summary>
internal static class DicomSegmentItems
{
    /// <summary>One item of Segment Sequence.</summary>
    public static DicomDataSetWriter Describe(DicomSegment segment)
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
            .AddItems("SegmentedPropertyCategoryCodeSequence", [Code(segment.Category)])
            .AddItems("SegmentedPropertyTypeCodeSequence", [Code(segment.Type)]);
        if (segment.AlgorithmType != DicomAlgorithmType.Manual)
        {
            item.Add("SegmentAlgorithmName", segment.AlgorithmName ?? "");
        }

        if (segment.Color is { } color)
        {
            item.AddIntegers("RecommendedDisplayCIELabValue", [.. color.ToStored().Select(v => (int)v)]);
        }

        return item;
    }

    /// <summary>The item of a code sequence.</summary>
    public static DicomDataSetWriter Code(DicomCode code)
        => new DicomDataSetWriter().Add("CodeValue", code.Value).Add("CodingSchemeDesignator", code.Scheme).Add("CodeMeaning", code.Meaning);
}
