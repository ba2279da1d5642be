using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Pixels;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Segmentation;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Series;
using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Volumes;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>A DICOM segmentation object (SEG): segments with names, codes and colours, and the voxels of each.</summary>
/// <remarks>
/// Part 3 of the standard, A.51 and C.8.20, https://dicom.nema.org/medical/dicom/current/output/chtml/part03/sect_C.8.20.html.
/// Frames that a file leaves out are empty slices; the volume reaches from its first frame to its last.
/// Use <see cref="ToLabelsOn"/> to have labels on the grid of the image.
/// </remarks>
public sealed class DicomSegmentation
{

    private readonly DicomSegmentVoxels _voxels;
    private readonly Lazy<long> _overlapping;

    private readonly string _name;

    private DicomSegmentation(
        string name,
        DicomSegmentVoxels voxels,
        DicomSegmentationType type,
        IReadOnlyList<DicomSegment> segments,
        IReadOnlyList<string> notes
    )
    {
        (_name, _voxels, Type, Segments) = (name, voxels, type, segments);
        _overlapping = new(() => type == DicomSegmentationType.Binary ? voxels.CountOverlapping() : 0);
        Notes = notes;
    }

    /// <summary>How the object keeps its segments.</summary>
    public DicomSegmentationType Type { get; }

    /// <summary>The structures, in the file's order.</summary>
    public IReadOnlyList<DicomSegment> Segments { get; }

    /// <summary>Size of the grid, one channel.</summary>
    public VolumeShape Shape => _voxels.Grid.Shape;

    /// <summary>From voxel index to RAS+ mm.</summary>
    public VolumeGeometry Geometry => _voxels.Grid.Geometry;

    /// <summary>Voxels that belong to several segments; 0 for label maps, and for fractional ones, which share voxels by design.</summary>
    /// <exception cref="VolumeFormatException">The file's frames, which are read to count, are damaged.</exception>
    public long OverlappingVoxels => _overlapping.Value;

    /// <summary>What was odd but could be settled, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>What a reader of volumes is told: one channel of labels, or one a segment where they overlap or are fractional.</summary>
    internal VolumeHeader Header => Describe(HasChannels);

    private VolumeReadOptions Options { get; init; } = VolumeReadOptions.Default;

    private long? PackedLength { get; init; }

    private bool HasChannels => Type == DicomSegmentationType.Fractional || OverlappingVoxels > 0;

    /// <summary>Reads a segmentation object.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="VolumeFormatException">The file is not a segmentation, or is damaged.</exception>
    public static DicomSegmentation Read(string path) => Read(DicomFile.Read(VolumeSource.FromPath(path)));

    /// <summary>Writes labels as a segmentation object; the file is whole or absent.</summary>
    /// <param name="labels">Each value but 0 becomes a segment.</param>
    /// <param name="path">Where; a file that is there is replaced.</param>
    /// <param name="options">Segments, the source series, and how to write; null takes the defaults.</param>
    /// <exception cref="ArgumentException">
    /// An option is wrong, labels are not described, or they lie elsewhere than the source series.
    /// </exception>
    public static void Write(LabelVolume labels, string path, DicomSegmentationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var writer = new DicomSegmentationWriter(labels, options ?? new());
        AtomicFile.Write(path, writer.Write);
    }

    /// <summary>Writes probabilities as a fractional segmentation object of 255 steps; the file is whole or absent.</summary>
    /// <param name="probabilities">One channel for each class, values from 0 to 1.</param>
    /// <param name="classes">The classes of the channels, in their order; the background, value 0, is left out.</param>
    /// <param name="path">Where; a file that is there is replaced.</param>
    /// <param name="options">Segments, the source series, and how to write; null takes the defaults.</param>
    /// <exception cref="ArgumentException">
    /// An option is wrong, channels and classes differ in number, or they lie elsewhere than the source series.
    /// </exception>
    public static void Write(Volume probabilities, IReadOnlyList<LabelClass> classes, string path, DicomSegmentationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var shares = new DicomProbabilities(probabilities, classes);
        var writer = new DicomSegmentationWriter(shares.EmptyLabels(), options ?? new(), shares);
        AtomicFile.Write(path, writer.Write);
    }

    /// <summary>Labels: the segment's number at each voxel, 0 if there is none.</summary>
    /// <param name="overlap">What becomes of voxels of several segments; fractional ones take the largest share.</param>
    /// <param name="threshold">The share from which a voxel of a fractional segmentation belongs to a segment, above 0 to 1.</param>
    /// <exception cref="InvalidOperationException">Segments overlap, and <paramref name="overlap"/> refuses that.</exception>
    /// <exception cref="VolumeFormatException">The file is damaged.</exception>
    public LabelVolume ToLabels(DicomOverlap overlap = DicomOverlap.Refuse, double threshold = 0.5)
    {
        if (!(threshold > 0 && threshold <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "The threshold must be above 0 and at most 1.");
        }

        if (overlap == DicomOverlap.Refuse && OverlappingVoxels > 0)
        {
            throw new InvalidOperationException(
                $"{OverlappingVoxels} voxels belong to several of the {Segments.Count} segments, and a label volume holds one label "
                    + $"a voxel. Use {nameof(ToChannels)}(), or choose {nameof(DicomOverlap)}.{nameof(DicomOverlap.LowestNumber)} or "
                    + $"{nameof(DicomOverlap.HighestNumber)}."
            );
        }

        return LabelVolume.FromVolume(_voxels.Labels(Segments, overlap, threshold, Describe(hasChannels: false)), Classes());
    }

    /// <summary>One channel for each segment, in the order of <see cref="Segments"/>: 0 or 1, or the share from 0 to 1.</summary>
    /// <exception cref="VolumeFormatException">The file is damaged, or the channels together are larger than a volume.</exception>
    public Volume ToChannels()
    {
        Options.RequireAllowed(Shape.ChannelCount * Math.Max(1, Segments.Count), PackedLength, _name, "DICOM SEG");
        return _voxels.Channels(Segments, Describe(hasChannels: true));
    }

    /// <summary>Labels on the grid of another volume, such as the source image: frames that the file left out are empty there.</summary>
    /// <param name="shape">Size of the grid; channels do not matter.</param>
    /// <param name="geometry">
    /// Its place. Axes may be flipped or swapped against the file's, but voxels must coincide within a tenth of a voxel.
    /// </param>
    /// <param name="overlap">What becomes of voxels of several segments.</param>
    /// <exception cref="ArgumentException">Voxels do not coincide, or labelled ones lie outside; says by how much.</exception>
    /// <exception cref="InvalidOperationException">Segments overlap, and <paramref name="overlap"/> refuses that.</exception>
    public LabelVolume ToLabelsOn(VolumeShape shape, VolumeGeometry geometry, DicomOverlap overlap = DicomOverlap.Refuse)
        => LabelPlacement.Place(ToLabels(overlap), shape.WithChannels(1), geometry);

    /// <summary>Labels, or channels where a voxel may belong to several segments; a block of them where asked for.</summary>
    internal Volume ToVolume(VolumeRegion? region)
    {
        var whole = HasChannels ? ToChannels() : ToLabels().Voxels;
        if (region is not { } block)
        {
            return whole;
        }

        block.Validate(whole.Shape);
        return whole.CropOrPad(block);
    }

    internal static DicomSegmentation Read(DicomFile file)
    {
        var (set, name) = (file.DataSet, file.Source.Name);
        if (!file.IsSegmentation)
        {
            throw new VolumeFormatException(
                name,
                "DICOM",
                "SOPClassUID",
                $"the object is not a segmentation but {set.ShortText(DicomTags.Modality) ?? "of unknown modality"}. Read images by "
                    + "VolumeFormats.Open or DicomSeries."
            );
        }

        var type = set.Text(DicomTags.SegmentationType) switch
        {
            "BINARY" => DicomSegmentationType.Binary,
            "FRACTIONAL" => DicomSegmentationType.Fractional,
            "LABELMAP" => DicomSegmentationType.LabelMap,
            var other => throw set.Fault(
                DicomTags.SegmentationType,
                $"it is '{(other is { Length: > 16 } ? other[..16] : other)}'; it must be BINARY, FRACTIONAL or LABELMAP"
            ),
        };
        var image = DicomImage.Read(file, keepsNumbers: true);
        if (
            image.Format.SamplesPerPixel != 1
            || image.Format.IsSigned
            || image.Format.BitsAllocated > 16
            || (image.Format.BitsAllocated == 16 && type != DicomSegmentationType.LabelMap)
        )
        {
            throw set.Fault(
                DicomTags.BitsAllocated,
                $"a {type} segmentation has {image.Format.SamplesPerPixel} samples of "
                    + $"{image.Format.BitsAllocated} bits, {(image.Format.IsSigned ? "signed" : "unsigned")}; it must "
                    + "have one unsigned sample of 1 or 8 bits, or 16 in label maps"
            );
        }

        var segments = DicomSegment.Read(set);
        var notes = new List<string>();
        var frames = DicomFrame.Read(image, notes);
        var numbers = ReferencedSegments(set, frames.Count, type, segments);
        var maximum = type == DicomSegmentationType.Fractional ? set.Integer(DicomTags.MaximumFractionalValue, 1, 255) ?? 255 : 1;
        var grid = DicomSegmentGrid.Find(frames, numbers, name, notes);
        if (grid.Shape.ChannelCount > VolumeShape.MaximumCount)
        {
            throw new VolumeFormatException(
                name,
                "DICOM SEG",
                null,
                $"the grid is {grid.Shape}, more voxels than one volume holds ({VolumeShape.MaximumCount})."
            );
        }

        // Fractions are a channel for each segment.
        var channels = type == DicomSegmentationType.Fractional ? Math.Max(1, segments.Count) : 1;
        file.Source.Options.RequireAllowed(grid.Shape.ChannelCount * channels, image.PackedLength, name, "DICOM SEG");
        return new(name, new DicomSegmentVoxels(image, grid, type, numbers, maximum), type, segments, notes)
        {
            Options = file.Source.Options,
            PackedLength = image.PackedLength,
        };
    }

    private static int[] ReferencedSegments(DicomDataSet set, int frames, DicomSegmentationType type, IReadOnlyList<DicomSegment> segments)
    {
        if (type == DicomSegmentationType.LabelMap)
        {
            return new int[frames];
        }

        var shared = set.FirstItem(DicomTags.SharedFunctionalGroupsSequence)?.FirstItem(DicomTags.SegmentIdentificationSequence);
        var perFrame = set.Items(DicomTags.PerFrameFunctionalGroupsSequence);
        var described = segments.Select(s => s.Number).ToHashSet();
        return
        [
            .. Enumerable
                .Range(0, frames)
                .Select(i =>
                {
                    var item =
                        (i < perFrame.Count ? perFrame[i].FirstItem(DicomTags.SegmentIdentificationSequence) : null)
                        ?? shared
                        ?? throw set.Fault(
                            DicomTags.SegmentIdentificationSequence,
                            $"it is missing for frame {i + 1}, so its segment is unknown. The file is damaged"
                        );
                    var number = item.RequiredInteger(DicomTags.ReferencedSegmentNumber, 0, ushort.MaxValue);
                    return described.Contains(number)
                        ? number
                        : throw item.Fault(
                            DicomTags.ReferencedSegmentNumber,
                            $"frame {i + 1} is of segment {number}, which Segment Sequence does not describe ({segments.Count} "
                                + "segments). The file is damaged"
                        );
                }),
        ];
    }

    private LabelClass[] Classes()
    {
        var named = Segments.Select(s => new LabelClass(s.Number, s.Label) { Color = s.Color is { } color ? ToLabelColor(color) : null });
        return [.. (Segments.Any(s => s.Number == 0) ? [] : new[] { LabelClass.Unnamed(0) }).Concat(named).OrderBy(c => c.Value)];
    }

    private static LabelColor ToLabelColor(DicomColor color)
    {
        var (red, green, blue) = color.ToRgb();
        return new(red, green, blue);
    }

    private VolumeHeader Describe(bool hasChannels)
    {
        var type = hasChannels || Segments.All(s => s.Number <= byte.MaxValue) ? VoxelType.UInt8 : VoxelType.UInt16;
        var notes =
            !hasChannels || Type == DicomSegmentationType.Fractional
                ? Notes
                : [.. Notes, $"{OverlappingVoxels} voxels belong to several segments, so each segment is a channel."];
        return new(
            "DICOM SEG",
            Shape.WithChannels(hasChannels ? Math.Max(1, Segments.Count) : 1),
            type,
            hasChannels ? _voxels.ChannelScaling : VoxelScaling.Identity,
            Geometry
        )
        {
            Fields = Segments.ToDictionary(s => FormattableString.Invariant($"Segment {s.Number}"), s => s.Label),
            Notes = notes,
            Classes = hasChannels ? [] : Classes(),
            LeavesOutEmpty = true,
            MakeLabels = hasChannels ? _ => throw NoLabels() : null,
        };
    }

    /// <summary>Why the channels of this object are not labels, and how to have some.</summary>
    private VolumeFormatException NoLabels()
    {
        var what =
            Type == DicomSegmentationType.Fractional
                ? $"the {Segments.Count} segments are shares from 0 to 1 (FRACTIONAL), not labels. An application can read the file "
                    + "as a DICOM segmentation with a threshold, and save the labels (.nii.gz)"
                : $"{OverlappingVoxels} voxels belong to several of the {Segments.Count} segments, and a label volume "
                    + "holds one label a voxel. An application can read the file as a DICOM segmentation, choose which "
                    + "segment wins, and save the labels (.nii.gz)";
        return new(_name, "DICOM SEG", null, $"{what}. Or export the segments that are wanted as a label map.");
    }
}
