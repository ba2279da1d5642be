using System.Globalization;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Derived;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Series;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.StructureSets;

/// <summary>Writes one structure set: Implicit VR Little Endian, as outlines may be longer than the 64 KiB of explicit values.</summary>
/// <remarks>Part 3 of the standard, A.19 with C.8.8.5, C.8.8.6 and C.8.8.8.</remarks>
internal sealed class DicomStructureSetWriter
{
    public const string StructureSetClass = "1.2.840.10008.5.1.4.1.1.481.3";
    private const string StudyClass = "1.2.840.10008.3.1.2.3.1";

    private readonly LabelVolume _labels;
    private readonly DicomStructureSetOptions _options;
    private readonly DicomSourceSeries? _source;
    private readonly IReadOnlyList<DicomSegment> _segments;
    private readonly DicomUid _uids;

    /// <summary>Checks everything that can be wrong before a file is touched.</summary>
    public DicomStructureSetWriter(LabelVolume labels, DicomStructureSetOptions options)
    {
        options.Validate();
        (_labels, _options, _uids) = (labels, options, new(options.Seed));
        _segments = DicomSegmentChoice.Of(labels, options.Segments);
        _source = options.Source is { } series ? new(series, labels) : null;
        if (_source is not null && labels.Shape.Depth > 0 && _source.SlicesAt(labels, 0).Count == 0)
        {
            throw new ArgumentException(
                "The slices of the labels do not lie in the image planes of the source series, as the outlines of a structure set "
                    + "must. Give labels on the grid of the series.",
                nameof(labels)
            );
        }
    }

    public void Write(Stream stream)
    {
        var instance = _uids.Make("instance");
        DicomDerivedObject.WriteMeta(stream, StructureSetClass, instance, isExplicit: false);
        stream.Write(DataSet(instance).ToBytes(isExplicit: false));
    }

    private DicomDataSetWriter DataSet(string instance)
    {
        var created = _options.Created ?? DateTime.Now;
        var set = DicomDerivedObject.Begin(_options, _source, _uids, "RTSTRUCT", StructureSetClass, instance, created);
        DicomDerivedObject.DeclareTexts(set, _options, _segments);
        var frameOfReference = _source?.Text("FrameOfReferenceUID") ?? _uids.Make("frame of reference");
        var contours = Contours();
        return set.Add("OperatorsName", "")
            .Add("StructureSetLabel", _options.Label).Add("StructureSetName", _options.SeriesDescription)
            .Add("StructureSetDate", DicomDerivedObject.Date(created)).Add("StructureSetTime", DicomDerivedObject.Time(created))
            .AddItems("ReferencedFrameOfReferenceSequence", [Reference(frameOfReference)])
            .AddItems("StructureSetROISequence", _segments.Select(s => Roi(s, frameOfReference)))
            .AddItems("ROIContourSequence", _segments.Select(s => RoiContours(s, contours[s.Number])))
            .AddItems("RTROIObservationsSequence", _segments.Select(Observation))
            .Add("ApprovalStatus", "UNAPPROVED");
    }

    private DicomDataSetWriter Reference(string frameOfReference)
    {
        var item = new DicomDataSetWriter().Add("FrameOfReferenceUID", frameOfReference);
        return _source is null
            ? item
            : item.AddItems("RTReferencedStudySequence", [DicomSourceSeries.Reference(StudyClass, _source.Text("StudyInstanceUID") ?? "")
                .AddItems("RTReferencedSeriesSequence", [new DicomDataSetWriter()
                    .Add("SeriesInstanceUID", _source.Series.Uid)
                    .AddItems("ContourImageSequence", _source.ReferencedInstances())])]);
    }

    private DicomDataSetWriter Roi(DicomSegment segment, string frameOfReference)
    {
        var item = new DicomDataSetWriter()
            .AddIntegers("ROINumber", segment.Number)
            .Add("ReferencedFrameOfReferenceUID", frameOfReference)
            .Add("ROIName", segment.Label)
            .Add("ROIGenerationAlgorithm", segment.AlgorithmType.ToString().ToUpperInvariant());
        return segment.AlgorithmType == DicomAlgorithmType.Manual
            ? item
            : item.Add(
                "ROIGenerationDescription",
                _options.Algorithm is { } algorithm ? Shorten($"{algorithm.Name} {algorithm.Version}") : segment.AlgorithmName ?? ""
            );
    }

    private static string Shorten(string text) => text.Length <= 64 ? text : text[..64];

    private static DicomDataSetWriter RoiContours(DicomSegment segment, List<DicomDataSetWriter> contours)
    {
        var item = new DicomDataSetWriter().AddIntegers("ReferencedROINumber", segment.Number);
        if (segment.Color?.ToRgb() is var (red, green, blue))
        {
            item.AddIntegers("ROIDisplayColor", red, green, blue);
        }

        for (var i = 0; i < contours.Count; i++)
        {
            contours[i].AddIntegers("ContourNumber", i + 1);
        }

        return item.AddItems("ContourSequence", contours);
    }

    private static DicomDataSetWriter Observation(DicomSegment segment, int index) => new DicomDataSetWriter()
        .AddIntegers("ObservationNumber", index + 1)
        .AddIntegers("ReferencedROINumber", segment.Number)
        .AddItems("RTROIIdentificationCodeSequence", [segment.Type.ToItem()])
        .Add("RTROIInterpretedType", segment.Category == DicomCode.AnatomicalStructure ? "ORGAN" : "")
        .Add("ROIInterpreter", "");

    /// <summary>The outlines of each segment, slice by slice.</summary>
    private Dictionary<int, List<DicomDataSetWriter>> Contours()
    {
        var contours = _segments.ToDictionary(s => s.Number, _ => new List<DicomDataSetWriter>());
        var plane = new int[_labels.Shape.Width * _labels.Shape.Height];
        for (var z = 0; z < _labels.Shape.Depth; z++)
        {
            _labels.CopyLabels((long)z * plane.Length, plane);
            var images = Images(z);
            foreach (var (label, box) in Boxes(plane))
            {
                foreach (var outline in EdgeContours.Trace(plane, _labels.Shape.Width, label, box, _options.Holes == DicomHoles.Keyhole))
                {
                    contours[label].Add(Contour(outline, z, images));
                }
            }
        }

        return contours;
    }

    private SortedDictionary<int, (int Left, int Top, int Right, int Bottom)> Boxes(int[] plane)
    {
        var boxes = new SortedDictionary<int, (int Left, int Top, int Right, int Bottom)>();
        for (var start = 0; start < plane.Length;)
        {
            // A run of one label within a row.
            var (x, y, label) = (start % _labels.Shape.Width, start / _labels.Shape.Width, plane[start]);
            var row = plane.AsSpan(start, _labels.Shape.Width - x);
            var length = row.IndexOfAnyExcept(label) is var end and >= 0 ? end : row.Length;
            start += length;
            if (label != 0)
            {
                var box = boxes.GetValueOrDefault(label, (Left: x, Top: y, Right: x, Bottom: y));
                boxes[label] = (Math.Min(box.Left, x), box.Top, Math.Max(box.Right, x + length - 1), y);
            }
        }

        return boxes;
    }

    /// <summary>References to the images of a slice.</summary>
    private DicomDataSetWriter[] Images(int z)
        => _source is null ? [] : [.. _source.SlicesAt(_labels, z).Select(slice => slice.Frame is { } frame
            ? DicomSourceSeries.Reference(slice.Class, slice.Instance).AddIntegers("ReferencedFrameNumber", frame)
            : DicomSourceSeries.Reference(slice.Class, slice.Instance))];

    private DicomDataSetWriter Contour(IReadOnlyList<(double X, double Y)> outline, int z, DicomDataSetWriter[] images)
    {
        var item = new DicomDataSetWriter()
            .Add("ContourGeometricType", _options.Holes == DicomHoles.Keyhole ? "CLOSED_PLANAR" : "CLOSEDPLANAR_XOR")
            .AddIntegers("NumberOfContourPoints", outline.Count)
            .Add(
                "ContourData",
                [
                    .. outline.SelectMany(point =>
                        Coordinates(DicomStack.Flip(_labels.Geometry.IndexToWorld.Apply(new(point.X, point.Y, z))))
                    ),
                ]
            );
        return images.Length > 0 ? item.AddItems("ContourImageSequence", images) : item;
    }

    // A tenth of a micrometre: far below a voxel, and short.
    private static string[] Coordinates(Vector3D point) =>
        [
            .. new[] { point.X, point.Y, point.Z }.Select(c =>
                Math.Round(c, 4).ToString("0.####", CultureInfo.InvariantCulture) is var text && text == "-0" ? "0" : text
            ),
        ];
}
