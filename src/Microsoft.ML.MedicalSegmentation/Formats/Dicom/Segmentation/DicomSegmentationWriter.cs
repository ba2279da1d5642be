using System.Globalization;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Derived;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Segmentation;

/// <summary>Writes one segmentation object: Explicit VR Little Endian, binary, fractional or label map.</summary>
/// <remarks>Part 3 of the standard, A.51 and A.51.5 with C.8.20.</remarks>
internal sealed class DicomSegmentationWriter
{
    private const string BinaryClass = "1.2.840.10008.5.1.4.1.1.66.4";
    private const string LabelMapClass = "1.2.840.10008.5.1.4.1.1.66.7";

    private readonly LabelVolume _labels;
    private readonly DicomSegmentationOptions _options;
    private readonly DicomSourceSeries? _source;
    private readonly IReadOnlyList<DicomSegment> _segments;
    private readonly DicomUid _uids;
    private readonly DicomProbabilities? _probabilities;
    private readonly DicomSegmentationType _type;

    /// <summary>Checks everything that can be wrong before a file is touched.</summary>
    public DicomSegmentationWriter(LabelVolume labels, DicomSegmentationOptions options, DicomProbabilities? probabilities = null)
    {
        options.Validate();
        (_labels, _options, _uids, _probabilities) = (labels, options, new(options.Seed), probabilities);
        _type = probabilities is null ? options.Type : DicomSegmentationType.Fractional;
        _segments = DicomSegmentChoice.Of(labels, options.Segments);
        _source = options.Source is { } series ? new(series, labels) : null;
        if (labels.Shape.Width > ushort.MaxValue || labels.Shape.Height > ushort.MaxValue)
        {
            throw new ArgumentException($"The labels are {labels.Shape}; DICOM holds at most 65,535 rows and columns.", nameof(labels));
        }

        var map = labels.Geometry.IndexToWorld;
        var spacing = labels.Geometry.Spacing;
        var cosines = new[]
        {
            Vector3D.Dot(map.A, map.B) / (spacing.X * spacing.Y),
            Vector3D.Dot(map.A, map.C) / (spacing.X * spacing.Z),
            Vector3D.Dot(map.B, map.C) / (spacing.Y * spacing.Z),
        };
        if (cosines.Max(Math.Abs) > 1e-3)
        {
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The axes of the labels are not at right angles (cosine {cosines.Max(Math.Abs):0.####}), as DICOM needs. "
                        + $"Resample them to a grid that is."
                ),
                nameof(labels)
            );
        }
    }

    public void Write(Stream stream)
    {
        var frames = Frames();
        var (classUid, instance) = (_type == DicomSegmentationType.LabelMap ? LabelMapClass : BinaryClass, _uids.Make("instance"));
        DicomDerivedObject.WriteMeta(stream, classUid, instance);
        stream.Write(DataSet(classUid, instance, frames).ToBytes());
        DicomFrameWriter.Write(stream, _labels, frames, _type, _probabilities);
    }

    /// <summary>Segment and slice of each frame; a label map has one frame a slice.</summary>
    private List<(DicomSegment? Segment, int Z)> Frames()
    {
        var slices = Enumerable.Range(0, _labels.Shape.Depth).ToList();
        if (_type == DicomSegmentationType.LabelMap)
        {
            return [.. slices.Select(z => ((DicomSegment?)null, z))];
        }

        var all = _segments.SelectMany(s => slices.Select(z => ((DicomSegment?)s, z)));
        if (!_options.OmitEmptyFrames)
        {
            return [.. all];
        }

        var filled = _probabilities is null
            ? FilledFrames(all, slices)
            : all.Where(f => _probabilities.HasAny(f.Item1?.Number ?? 0, f.z)).ToList();
        return filled.Count > 0 ? filled : [.. all.Take(1)];
    }

    private List<(DicomSegment?, int)> FilledFrames(IEnumerable<(DicomSegment? Segment, int Z)> all, List<int> slices)
    {
        var present = new HashSet<(int, int)>();
        var plane = new int[_labels.Shape.Width * _labels.Shape.Height];
        foreach (var z in slices)
        {
            _labels.CopyLabels((long)z * plane.Length, plane);
            present.UnionWith(plane.Distinct().Select(label => (label, z)));
        }

        return [.. all.Where(f => present.Contains((f.Segment?.Number ?? 0, f.Z)))];
    }

    private DicomDataSetWriter DataSet(string type, string instance, List<(DicomSegment? Segment, int Z)> frames)
    {
        var created = _options.Created ?? DateTime.Now;
        var set = DicomDerivedObject.Begin(_options, _source, _uids, "SEG", type, instance, created);
        DicomDerivedObject.DeclareTexts(set, _options, _segments);
        set.Add("ImageType", "DERIVED", "PRIMARY")
            .Add("ContentDate", DicomDerivedObject.Date(created)).Add("ContentTime", DicomDerivedObject.Time(created))
            .Add("ContentLabel", _options.ContentLabel).Add("ContentDescription", _options.SeriesDescription).Add("ContentCreatorName", "");
        if (_source is not null)
        {
            set.AddItems("ReferencedSeriesSequence", [new DicomDataSetWriter()
                .Add("SeriesInstanceUID", _source.Series.Uid)
                .AddItems("ReferencedInstanceSequence", _source.ReferencedInstances())]);
        }

        AddPixels(set, frames.Count);
        set.AddItems("SegmentSequence", _segments.Select(segment => DicomSegmentItems.Describe(segment, _options.Algorithm)));
        new DicomFunctionalGroups(_labels, _segments, _source, _uids).AddTo(set, frames);
        return set;
    }

    private void AddPixels(DicomDataSetWriter set, int frames)
    {
        var isLabelMap = _type == DicomSegmentationType.LabelMap;
        var bits = _type switch
        {
            DicomSegmentationType.Binary => 1,
            DicomSegmentationType.Fractional => 8,
            _ => 8 * VoxelTypes.SizeOf(_labels.Voxels.VoxelType),
        };
        set.AddIntegers("SamplesPerPixel", 1)
            .Add("PhotometricInterpretation", "MONOCHROME2")
            .AddIntegers("NumberOfFrames", frames)
            .AddIntegers("Rows", _labels.Shape.Height)
            .AddIntegers("Columns", _labels.Shape.Width)
            .AddIntegers("BitsAllocated", bits)
            .AddIntegers("BitsStored", bits)
            .AddIntegers("HighBit", bits - 1)
            .AddIntegers("PixelRepresentation", 0)
            .Add("LossyImageCompression", "00")
            .Add("SegmentationType", _type.ToString().ToUpperInvariant())
            .Add("SegmentsOverlap", _type == DicomSegmentationType.Fractional ? "UNDEFINED" : "NO");
        if (isLabelMap)
        {
            // Marks what belongs to no segment.
            set.AddIntegers("PixelPaddingValue", 0);
        }

        if (_type == DicomSegmentationType.Fractional)
        {
            set.Add("SegmentationFractionalType", "PROBABILITY").AddIntegers("MaximumFractionalValue", DicomProbabilities.Maximum);
        }
    }
}
