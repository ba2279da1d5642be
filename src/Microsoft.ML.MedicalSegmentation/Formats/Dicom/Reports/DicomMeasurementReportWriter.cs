using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Derived;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;
using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Reports;

/// <summary>Writes one measurement report of template TID 1500, as Comprehensive 3D SR.</summary>
/// <remarks>Part 16 of the standard, TID 1500, 1411, 1600 and 4019; part 3, A.35.13.</remarks>
internal sealed class DicomMeasurementReportWriter
{
    private const string ReportClass = "1.2.840.10008.5.1.4.1.1.88.34";

    private static readonly DicomCode Milliliter = new("mL", "UCUM", "milliliter");
    private static readonly DicomCode Mean = new("373098007", "SCT", "Mean");
    private static readonly DicomCode Deviation = new("386136009", "SCT", "Standard Deviation");

    private readonly IReadOnlyList<SegmentStatistics> _statistics;
    private readonly IReadOnlyList<DicomSegment> _segments;
    private readonly DicomMeasurementReportOptions _options;
    private readonly DicomSourceSeries _source;
    private readonly DicomDataSet _segmentation;
    private readonly string _segmentationClass;
    private readonly string _segmentationInstance;
    private readonly DicomUid _uids;

    /// <summary>Checks everything that can be wrong before a file is touched.</summary>
    public DicomMeasurementReportWriter(LabelVolume labels, Volume? image, DicomMeasurementReportOptions options)
    {
        options.Validate();
        (_options, _uids) = (options, new(options.Seed));
        _segments = DicomSegmentChoice.Of(labels, options.Segments);
        _source = new(options.Source ?? throw new ArgumentException("A report needs its source series.", nameof(options)), labels);
        var file = DicomFile.Read(VolumeSource.FromPath(options.Segmentation));
        if (!file.IsSegmentation)
        {
            throw new ArgumentException(
                $"'{options.Segmentation}' is not a segmentation object; give the one that was written of the same labels.",
                nameof(options)
            );
        }

        _segmentation = file.DataSet;
        (_segmentationClass, _segmentationInstance) = (Required("SOPClassUID"), Required("SOPInstanceUID"));
        _statistics = SegmentStatistics.Measure(labels, image);
    }

    public void Write(Stream stream)
    {
        var (instance, created) = (_uids.Make("instance"), _options.Created ?? DateTime.Now);
        DicomDerivedObject.WriteMeta(stream, ReportClass, instance);
        var set = DicomDerivedObject.Begin(_options, _source, _uids, "SR", ReportClass, instance, created);
        DicomDerivedObject.DeclareTexts(set, _options, _segments);
        set.Add("ContentDate", DicomDerivedObject.Date(created)).Add("ContentTime", DicomDerivedObject.Time(created))
            .Add("CompletionFlag", "COMPLETE").Add("VerificationFlag", "UNVERIFIED")
            .AddItems("ReferencedPerformedProcedureStepSequence", []).AddItems("PerformedProcedureCodeSequence", [])
            .AddItems("CurrentRequestedProcedureEvidenceSequence", [Evidence()])
            .Add("ValueType", "CONTAINER").Add("ContinuityOfContent", "SEPARATE")
            .AddItems("ConceptNameCodeSequence", [new DicomCode("126000", "DCM", "Imaging Measurement Report").ToItem()])
            .AddItems(
                "ContentTemplateSequence",
                [new DicomDataSetWriter().Add("MappingResource", "DCMR").Add("TemplateIdentifier", "1500")]
            )
            .AddItems("ContentSequence", Content());
        stream.Write(set.ToBytes());
    }

    private string Required(string keyword) =>
        _segmentation.Text(DicomDictionary.Tag(keyword))
        ?? throw _segmentation.Fault(DicomDictionary.Tag(keyword), "it is missing, so no report can refer to the object");

    private DicomDataSetWriter Evidence() =>
        new DicomDataSetWriter()
            .Add("StudyInstanceUID", _source.Text("StudyInstanceUID") ?? "")
            .AddItems(
                "ReferencedSeriesSequence",
                [
                    new DicomDataSetWriter()
                        .Add("SeriesInstanceUID", _source.Series.Uid)
                        .AddItems("ReferencedSOPSequence", _source.ReferencedInstances()),
                    new DicomDataSetWriter()
                        .Add("SeriesInstanceUID", Required("SeriesInstanceUID"))
                        .AddItems("ReferencedSOPSequence", [DicomSourceSeries.Reference(_segmentationClass, _segmentationInstance)]),
                ]
            );

    private IEnumerable<DicomDataSetWriter> Content()
    {
        yield return ContentItem.Code(
            "HAS CONCEPT MOD",
            new("121049", "DCM", "Language of Content Item and Descendants"),
            new("en-US", "RFC5646", "English (United States)")
        );
        yield return ContentItem.Code("HAS OBS CONTEXT", new("121005", "DCM", "Observer Type"), new("121007", "DCM", "Device"));
        yield return ContentItem.Uid("HAS OBS CONTEXT", new("121012", "DCM", "Device Observer UID"), _uids.Make("device"));
        yield return ContentItem.Text(
            "HAS OBS CONTEXT",
            new("121013", "DCM", "Device Observer Name"),
            _options.Algorithm?.Name ?? DicomDerivedObject.Manufacturer
        );
        yield return ContentItem.Text(
            "HAS OBS CONTEXT",
            new("121014", "DCM", "Device Observer Manufacturer"),
            DicomDerivedObject.Manufacturer
        );
        yield return ContentItem.Text("HAS OBS CONTEXT", new("121015", "DCM", "Device Observer Model Name"), DicomDerivedObject.ModelName);
        yield return ContentItem.Code(
            "HAS CONCEPT MOD",
            new("121058", "DCM", "Procedure reported"),
            new("363679005", "SCT", "Imaging procedure")
        );
        yield return ContentItem.Container(
            "CONTAINS",
            new("111028", "DCM", "Image Library"),
            "1600",
            [
                ContentItem.Container(
                    "CONTAINS",
                    new("126200", "DCM", "Image Library Group"),
                    null,
                    _source.Instances.Select(i => ContentItem.Image(null, i.Class, i.Instance))
                ),
            ]
        );
        yield return ContentItem.Container("CONTAINS", new("126010", "DCM", "Imaging Measurements"), null, Groups());
        foreach (var comment in _options.Comments)
        {
            yield return ContentItem.Text("CONTAINS", new("121106", "DCM", "Comment"), comment);
        }
    }

    private IEnumerable<DicomDataSetWriter> Groups()
        => from segment in _segments
           join statistics in _statistics on segment.Number equals statistics.Label
           where statistics.Voxels > 0
           select ContentItem.Container("CONTAINS", new("125007", "DCM", "Measurement Group"), "1411", Group(segment, statistics));

    private IEnumerable<DicomDataSetWriter> Group(DicomSegment segment, SegmentStatistics statistics)
    {
        yield return ContentItem.Text("HAS OBS CONTEXT", new("112039", "DCM", "Tracking Identifier"), segment.Label);
        yield return ContentItem.Uid(
            "HAS OBS CONTEXT",
            new("112040", "DCM", "Tracking Unique Identifier"),
            _uids.Make($"segment {segment.Number}")
        );
        yield return ContentItem.Code("CONTAINS", new("121071", "DCM", "Finding"), segment.Type);
        yield return ContentItem.Image(
            new("121191", "DCM", "Referenced Segment"),
            _segmentationClass,
            _segmentationInstance,
            segment.Number
        );
        yield return ContentItem.Uid("CONTAINS", new("121232", "DCM", "Source series for segmentation"), _source.Series.Uid);
        if (_options.Algorithm is { } algorithm)
        {
            yield return ContentItem.Text("HAS CONCEPT MOD", new("111001", "DCM", "Algorithm Name"), algorithm.Name);
            yield return ContentItem.Text("HAS CONCEPT MOD", new("111003", "DCM", "Algorithm Version"), algorithm.Version);
            if (algorithm.Parameters is { } parameters)
            {
                yield return ContentItem.Text("HAS CONCEPT MOD", new("111002", "DCM", "Algorithm Parameters"), parameters);
            }
        }

        yield return ContentItem.Number(new("118565006", "SCT", "Volume"), statistics.Milliliters, Milliliter);
        if (double.IsFinite(statistics.Mean))
        {
            var (quantity, unit) = Intensity();
            yield return ContentItem.Number(quantity, statistics.Mean, unit, Mean);
            yield return ContentItem.Number(quantity, statistics.StandardDeviation, unit, Deviation);
        }
    }

    /// <summary>What the numbers of the images are, and their unit.</summary>
    private (DicomCode Quantity, DicomCode Unit) Intensity() => _source.Series.Modality switch
    {
        "CT" => (new("112031", "DCM", "Attenuation Coefficient"), new("[hnsf'U]", "UCUM", "Hounsfield unit")),
        "MR" => (new("110852", "DCM", "MR signal intensity"), new("1", "UCUM", "no units")),
        _ => (new("INTENSITY", "99MLMEDSEG", "Intensity"), new("1", "UCUM", "no units")),
    };
}
