using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Derived;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Series;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Segmentation;

/// <summary>Writes what is common to all frames and what is each frame's own: place, segment, source slice.</summary>
/// <remarks>Part 3 of the standard, C.7.6.16 and C.7.6.17.</remarks>
internal sealed class DicomFunctionalGroups(
    LabelVolume labels,
    IReadOnlyList<DicomSegment> segments,
    DicomSourceSeries? source,
    DicomUid uids
)
{
    private static readonly DicomCode Segmentation = new("113076", "DCM", "Segmentation");
    private static readonly DicomCode SourceImage = new("121322", "DCM", "Source image for image processing operation");

    public void AddTo(DicomDataSetWriter set, List<(DicomSegment? Segment, int Z)> frames)
    {
        var isLabelMap = frames[0].Segment is null;
        var organization = uids.Make("dimension organization");
        var dimensions = new List<DicomDataSetWriter>();
        if (!isLabelMap)
        {
            dimensions.Add(Dimension(organization, "ReferencedSegmentNumber", "SegmentIdentificationSequence"));
        }

        dimensions.Add(Dimension(organization, "ImagePositionPatient", "PlanePositionSequence"));
        set.AddItems("DimensionOrganizationSequence", [new DicomDataSetWriter().Add("DimensionOrganizationUID", organization)])
            .AddItems("DimensionIndexSequence", dimensions)
            .AddItems("SharedFunctionalGroupsSequence", [Shared()])
            .AddItems("PerFrameFunctionalGroupsSequence", frames.Select(f => PerFrame(f.Segment, f.Z)));
    }

    private static DicomDataSetWriter Dimension(string organization, string keyword, string group) => new DicomDataSetWriter()
        .Add("DimensionOrganizationUID", organization)
        .AddTag("DimensionIndexPointer", keyword)
        .AddTag("FunctionalGroupPointer", group)
        .Add("DimensionDescriptionLabel", keyword);

    private DicomDataSetWriter Shared()
    {
        var map = labels.Geometry.IndexToWorld;
        var spacing = labels.Geometry.Spacing;
        var (row, column) = (DicomStack.Flip(map.A * (1 / spacing.X)), DicomStack.Flip(map.B * (1 / spacing.Y)));
        return new DicomDataSetWriter()
            .AddItems("PlaneOrientationSequence", [new DicomDataSetWriter()
                .AddDecimals("ImageOrientationPatient", row.X, row.Y, row.Z, column.X, column.Y, column.Z)])
            .AddItems("PixelMeasuresSequence", [new DicomDataSetWriter()
                .AddDecimals("PixelSpacing", spacing.Y, spacing.X)
                .AddDecimals("SliceThickness", spacing.Z)
                .AddDecimals("SpacingBetweenSlices", spacing.Z)]);
    }

    private DicomDataSetWriter PerFrame(DicomSegment? segment, int z)
    {
        var position = DicomStack.Flip(labels.Geometry.IndexToWorld.Apply(new(0, 0, z)));
        int[] index = segment is null ? [z + 1] : [segments.TakeWhile(s => s != segment).Count() + 1, z + 1];
        var frame = new DicomDataSetWriter()
            .AddItems("FrameContentSequence", [new DicomDataSetWriter().AddIntegers("DimensionIndexValues", index)])
            .AddItems(
                "PlanePositionSequence",
                [new DicomDataSetWriter().AddDecimals("ImagePositionPatient", position.X, position.Y, position.Z)]
            );
        if (segment is not null)
        {
            frame.AddItems(
                "SegmentIdentificationSequence",
                [new DicomDataSetWriter().AddIntegers("ReferencedSegmentNumber", segment.Number)]
            );
        }

        if (source?.SlicesAt(labels, z) is { Count: > 0 } slices)
        {
            frame.AddItems("DerivationImageSequence", [new DicomDataSetWriter()
                .AddItems("DerivationCodeSequence", [Segmentation.ToItem()])
                .AddItems("SourceImageSequence", slices.Select(Source))]);
        }

        return frame;
    }

    private static DicomDataSetWriter Source((string Class, string Instance, int? Frame) slice)
    {
        var item = new DicomDataSetWriter()
            .Add("ReferencedSOPClassUID", slice.Class)
            .Add("ReferencedSOPInstanceUID", slice.Instance)
            .Add("SpatialLocationsPreserved", "YES")
            .AddItems("PurposeOfReferenceCodeSequence", [SourceImage.ToItem()]);
        return slice.Frame is { } frame ? item.AddIntegers("ReferencedFrameNumber", frame) : item;
    }
}
