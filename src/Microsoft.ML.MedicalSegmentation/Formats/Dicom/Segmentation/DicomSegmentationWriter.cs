using System.Globalization;
using System.Text;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Segmentation;

/// <summary>Writes one segmentation object: Explicit VR Little Endian, binary or label map.</summary>
/// <remarks>Part 3 of the standard, A.51 and A.51.5 with C.8.20.</remarks>
internal sealed class DicomSegmentationWriter
{
    private const string BinaryClass = "1.2.840.10008.5.1.4.1.1.66.4";
    private const string LabelMapClass = "1.2.840.10008.5.1.4.1.1.66.7";

    // The UUID of name "microsoft.ml.medicalsegmentation" (RFC 4122, version 5, DNS), under 2.25.
    private const string ImplementationUid = "2.25.119448157106310660835689297490287305155";

    private readonly LabelVolume _labels;
    private readonly DicomSegmentationOptions _options;
    private readonly DicomSegmentationSource? _source;
    private readonly IReadOnlyList<DicomSegment> _segments;
    private readonly DicomUid _uids;

    /// <summary>Checks everything that can be wrong before a file is touched.</summary>
    public DicomSegmentationWriter(LabelVolume labels, DicomSegmentationOptions options)
    {
        options.Validate();
        (_labels, _options, _uids) = (labels, options, new(options.Seed));
        _segments = ChooseSegments(labels, options);
        _source = options.Source is { } series ? new(series, labels) : null;
        if (labels.Shape.Width > ushort.MaxValue || labels.Shape.Height > ushort.MaxValue)
        {
            throw new ArgumentException($"The labels are {labels.Shape}; DICOM holds at most 65,535 rows and columns.", nameof(labels));
        }

        var map = labels.Geometry.IndexToWorld;
        var spacing = labels.Geometry.Spacing;
        var cosines = new[] { Vector3D.Dot(map.A, map.B) / (spacing.X * spacing.Y), Vector3D.Dot(map.A, map.C) / (spacing.X * spacing.Z), Vector3D.Dot(map.B, map.C) / (spacing.Y * spacing.Z) };
        if (cosines.Max(Math.Abs) > 1e-3)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"The axes of the labels are not at right angles (cosine {cosines.Max(Math.Abs):0.####}), as DICOM needs. Resample them to a grid that is."), nameof(labels));
        }
    }

    public void Write(Stream stream)
    {
        var frames = Frames();
        var (type, instance) = (_options.Type == DicomSegmentationType.LabelMap ? LabelMapClass : BinaryClass, _uids.Make("instance"));
        var meta = new DicomDataSetWriter()
            .AddRaw("FileMetaInformationVersion", [0, 1])
            .Add("MediaStorageSOPClassUID", type)
            .Add("MediaStorageSOPInstanceUID", instance)
            .Add("TransferSyntaxUID", DicomTransferSyntax.ExplicitLittleEndian.Uid)
            .Add("ImplementationClassUID", ImplementationUid)
            .Add("ImplementationVersionName", "MLMEDSEG_1")
            .ToBytes();
        stream.Write(new byte[128]);
        stream.Write("DICM"u8);
        DicomDataSetWriter.WriteStart(stream, new DicomTag(0x0002, 0x0000), "UL", 4);
        stream.Write(BitConverter.GetBytes((uint)meta.Length));
        stream.Write(meta);
        stream.Write(DataSet(type, instance, frames).ToBytes());
        DicomFrameWriter.Write(stream, _labels, frames, _options.Type);
    }

    private static IReadOnlyList<DicomSegment> ChooseSegments(LabelVolume labels, DicomSegmentationOptions options)
    {
        var counts = labels.CountValues();
        var present = Enumerable.Range(1, counts.Length - 1).Where(v => counts[v] > 0).ToList();
        var named = labels.Classes.Where(c => c.Value > 0).ToDictionary(c => c.Value, c => c.Name);
        var segments = options.Segments.Count > 0
            ? options.Segments
            : [.. present.Union(named.Keys).Order().Select(v => new DicomSegment(v, named.GetValueOrDefault(v) is { Length: > 0 } name ? name[..Math.Min(64, name.Length)] : $"segment {v}"))];
        var missing = present.Where(v => segments.All(s => s.Number != v)).ToList();
        if (missing.Count > 0)
        {
            throw new ArgumentException($"The labels {string.Join(", ", missing.Take(10))} have no segment. Describe each label that occurs in {nameof(DicomSegmentationOptions.Segments)}, or merge them into others.");
        }

        return segments.Count > 0
            ? [.. segments.OrderBy(s => s.Number)]
            : throw new ArgumentException($"The labels are all background, and no segment is described; a segmentation needs at least one in {nameof(DicomSegmentationOptions.Segments)}.");
    }

    /// <summary>Segment and slice of each frame; a label map has one frame a slice.</summary>
    private List<(DicomSegment? Segment, int Z)> Frames()
    {
        var slices = Enumerable.Range(0, _labels.Shape.Depth).ToList();
        if (_options.Type == DicomSegmentationType.LabelMap)
        {
            return [.. slices.Select(z => ((DicomSegment?)null, z))];
        }

        var all = _segments.SelectMany(s => slices.Select(z => ((DicomSegment?)s, z)));
        if (!_options.OmitEmptyFrames)
        {
            return [.. all];
        }

        var present = new HashSet<(int, int)>();
        var plane = new int[_labels.Shape.Width * _labels.Shape.Height];
        foreach (var z in slices)
        {
            _labels.CopyLabels((long)z * plane.Length, plane);
            present.UnionWith(plane.Distinct().Select(label => (label, z)));
        }

        var filled = all.Where(f => present.Contains((f.Item1?.Number ?? 0, f.z))).ToList();
        return filled.Count > 0 ? filled : [.. all.Take(1)];
    }

    private DicomDataSetWriter DataSet(string type, string instance, List<(DicomSegment? Segment, int Z)> frames)
    {
        var set = new DicomDataSetWriter();
        foreach (var keyword in new[] { "PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime", "AccessionNumber", "ReferringPhysicianName", "StudyID", "PositionReferenceIndicator" })
        {
            set.Add(keyword, "");
        }

        set.Add("StudyInstanceUID", _uids.Make("study"));
        set.Add("FrameOfReferenceUID", _uids.Make("frame of reference"));
        _source?.Copy(set);
        if (_segments.Any(s => !Ascii.IsValid($"{s.Label}{s.AlgorithmName}{s.Category.Meaning}{s.Type.Meaning}")) || !Ascii.IsValid(_options.SeriesDescription))
        {
            // Our own texts are UTF-8; copied ones that another character set wrote would be misread under it.
            RequireAscii(set);
            set.Add("SpecificCharacterSet", "ISO_IR 192");
        }

        AddSeries(set, type, instance);
        AddPixels(set, frames.Count);
        set.AddItems("SegmentSequence", _segments.Select(DicomSegmentItems.Describe));
        new DicomFunctionalGroups(_labels, _segments, _source, _uids).AddTo(set, frames);
        return set;
    }

    private void AddSeries(DicomDataSetWriter set, string type, string instance)
    {
        var created = _options.Created ?? DateTime.Now;
        var (date, time) = (created.ToString("yyyyMMdd", CultureInfo.InvariantCulture), created.ToString("HHmmss", CultureInfo.InvariantCulture));
        set.Add("SOPClassUID", type).Add("SOPInstanceUID", instance).Add("Modality", "SEG").Add("ImageType", "DERIVED", "PRIMARY")
            .Add("SeriesInstanceUID", _uids.Make("series")).AddIntegers("SeriesNumber", _options.SeriesNumber).AddIntegers("InstanceNumber", 1)
            .Add("SeriesDescription", _options.SeriesDescription)
            .Add("SeriesDate", date).Add("SeriesTime", time).Add("ContentDate", date).Add("ContentTime", time)
            .Add("Manufacturer", "MLMedSeg").Add("ManufacturerModelName", "Microsoft.ML.MedicalSegmentation").Add("DeviceSerialNumber", "1")
            .Add("SoftwareVersions", "1")
            .Add("ContentLabel", _options.ContentLabel).Add("ContentDescription", _options.SeriesDescription).Add("ContentCreatorName", "");
        if (_source is not null)
        {
            set.AddItems("ReferencedSeriesSequence", [new DicomDataSetWriter()
                .Add("SeriesInstanceUID", _source.Series.Uid)
                .AddItems("ReferencedInstanceSequence", _source.Instances.Select(i => new DicomDataSetWriter()
                    .Add("ReferencedSOPClassUID", i.Class).Add("ReferencedSOPInstanceUID", i.Instance)))]);
        }
    }

    private void AddPixels(DicomDataSetWriter set, int frames)
    {
        var isLabelMap = _options.Type == DicomSegmentationType.LabelMap;
        var bits = !isLabelMap ? 1 : 8 * VoxelTypes.SizeOf(_labels.Voxels.VoxelType);
        set.AddIntegers("SamplesPerPixel", 1).Add("PhotometricInterpretation", "MONOCHROME2").AddIntegers("NumberOfFrames", frames)
            .AddIntegers("Rows", _labels.Shape.Height).AddIntegers("Columns", _labels.Shape.Width)
            .AddIntegers("BitsAllocated", bits).AddIntegers("BitsStored", bits).AddIntegers("HighBit", bits - 1).AddIntegers("PixelRepresentation", 0)
            .Add("LossyImageCompression", "00").Add("SegmentationType", isLabelMap ? "LABELMAP" : "BINARY").Add("SegmentsOverlap", "NO");
        if (isLabelMap)
        {
            // Marks what belongs to no segment.
            set.AddIntegers("PixelPaddingValue", 0);
        }
    }

    private void RequireAscii(DicomDataSetWriter set)
    {
        if (_source is not null && !set.IsAsciiOrUtf8())
        {
            throw new ArgumentException("The segments' texts have letters beyond ASCII, and so has the source series, in another character set. Describe the segments in ASCII.");
        }
    }
}
