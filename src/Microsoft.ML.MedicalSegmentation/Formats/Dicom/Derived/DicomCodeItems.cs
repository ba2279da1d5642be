using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Derived;

/// <summary>Codes as items of code sequences.</summary>
internal static class DicomCodeItems
{
    /// <summary>The code of an item; null if there is none.</summary>
    public static DicomCode? Read(DicomDataSet? item)
        => item?.Text(DicomTags.CodeValue) is { } value
            ? new(value, item.Text(DicomTags.CodingSchemeDesignator) ?? "", item.Text(DicomTags.CodeMeaning) ?? "")
            : null;

    /// <summary>The item of a code.</summary>
    public static DicomDataSetWriter ToItem(this DicomCode code) =>
        new DicomDataSetWriter().Add("CodeValue", code.Value).Add("CodingSchemeDesignator", code.Scheme).Add("CodeMeaning", code.Meaning);
}
