using Microsoft.ML.MedicalSegmentation.Volumes;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>What a file says of its volume, read without the voxels.</summary>
/// <param name="Format">Name of the format, such as "NIfTI-1".</param>
/// <param name="Shape">Channels, depth, height and width.</param>
/// <param name="VoxelType">How the volume is stored once read.</param>
/// <param name="Scaling">From stored voxel to value.</param>
/// <param name="Geometry">From voxel index to RAS+ mm.</param>
public sealed record VolumeHeader(string Format, VolumeShape Shape, VoxelType VoxelType, VoxelScaling Scaling, VolumeGeometry Geometry)
{
    /// <summary>Further fields by the format's own names, for people and for round trips; never patient identifiers.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; init; } = new Dictionary<string, string>();

    /// <summary>What was odd but could be settled, a sentence each, such as "qform and sform differ by 3 mm; sform used".</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>
    /// Names and colours of the labels, where the volume holds labels and the file states them (DICOM SEG, Slicer's .seg.nrrd); empty
    /// otherwise.
    /// </summary>
    public IReadOnlyList<LabelClass> Classes { get; init; } = [];

    /// <summary>The file, folder or stream, as the caller named it; stands in errors and is never written into files.</summary>
    public string? Source { get; init; }

    /// <summary>
    /// True if the file's compression changes values (JPEG, DICOM's lossy transfer syntaxes): labels in such files are not the numbers that
    /// were drawn.
    /// </summary>
    public bool IsLossy { get; init; }

    /// <summary>Format, size, type and place; not the fields, which may name a patient.</summary>
    public override string ToString() => $"{Format}, {Shape}, {VoxelType}, {Geometry}";

    /// <summary>
    /// How labels are made of a volume whose channels or values are not labels by themselves; null if values are labels as they are.
    /// </summary>
    internal Func<Volume, LabelVolume>? MakeLabels { get; init; }

    /// <summary>True for label formats that leave out slices and margins without a label: what they do not cover is background.</summary>
    internal bool LeavesOutEmpty { get; init; }

    /// <summary>The header of labels that were made from an image: its place and units, and nothing else that its file said.</summary>
    /// <remarks>An image's file may hold names of patients in texts and extensions, and codes that are wrong for labels.</remarks>
    internal VolumeHeader ForLabels() => new(Format, Shape.WithChannels(1), VoxelType.UInt8, VoxelScaling.Identity, Geometry)
    {
        Source = Source,
        Original = (Original as IOriginalHeader)?.GeometryOnly(),
    };

    /// <summary>What a writer of the same format needs to write the file back as it was; belongs to the format.</summary>
    internal object? Original { get; init; }
}
