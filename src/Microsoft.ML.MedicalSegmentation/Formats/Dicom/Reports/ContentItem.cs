using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Derived;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Reports;

/// <summary>Makes the items of a structured report's tree.</summary>
/// <remarks>Part 3 of the standard, C.17.3.</remarks>
internal static class ContentItem
{
    /// <summary>A heading with items below it.</summary>
    public static DicomDataSetWriter Container(
        string? relationship,
        DicomCode concept,
        string? template,
        IEnumerable<DicomDataSetWriter> children
    )
    {
        var item = Make(relationship, "CONTAINER", concept).Add("ContinuityOfContent", "SEPARATE").AddItems("ContentSequence", children);
        return template is null
            ? item
            : item.AddItems(
                "ContentTemplateSequence",
                [new DicomDataSetWriter().Add("MappingResource", "DCMR").Add("TemplateIdentifier", template)]
            );
    }

    /// <summary>A code.</summary>
    public static DicomDataSetWriter Code(string relationship, DicomCode concept, DicomCode value)
        => Make(relationship, "CODE", concept).AddItems("ConceptCodeSequence", [value.ToItem()]);

    /// <summary>A text.</summary>
    public static DicomDataSetWriter Text(string relationship, DicomCode concept, string value) =>
        Make(relationship, "TEXT", concept).Add("TextValue", value);

    /// <summary>A unique identifier.</summary>
    public static DicomDataSetWriter Uid(string relationship, DicomCode concept, string value) =>
        Make(relationship, "UIDREF", concept).Add("UID", value);

    /// <summary>A number with its unit, and what it is the number of.</summary>
    public static DicomDataSetWriter Number(DicomCode concept, double value, DicomCode unit, DicomCode? derivation = null)
    {
        var item = Make("CONTAINS", "NUM", concept)
            .AddItems(
                "MeasuredValueSequence",
                [
                    new DicomDataSetWriter()
                        .AddDecimals("NumericValue", Math.Round(value, 6))
                        .AddDoubles("FloatingPointValue", value)
                        .AddItems("MeasurementUnitsCodeSequence", [unit.ToItem()]),
                ]
            );
        return derivation is null
            ? item
            : item.AddItems("ContentSequence", [Code("HAS CONCEPT MOD", new("121401", "DCM", "Derivation"), derivation)]);
    }

    /// <summary>An image, or a segment of one.</summary>
    public static DicomDataSetWriter Image(DicomCode? concept, string classUid, string instance, int? segment = null)
    {
        var reference = new DicomDataSetWriter().Add("ReferencedSOPClassUID", classUid).Add("ReferencedSOPInstanceUID", instance);
        if (segment is { } number)
        {
            reference.AddIntegers("ReferencedSegmentNumber", number);
        }

        return Make("CONTAINS", "IMAGE", concept).AddItems("ReferencedSOPSequence", [reference]);
    }

    private static DicomDataSetWriter Make(string? relationship, string type, DicomCode? concept)
    {
        var item = new DicomDataSetWriter().Add("ValueType", type);
        if (relationship is not null)
        {
            item.Add("RelationshipType", relationship);
        }

        return concept is null ? item : item.AddItems("ConceptNameCodeSequence", [concept.ToItem()]);
    }
}
