using System.Globalization;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Series;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Derived;

/// <summary>The images that an object made from them refers to, and what it copies of them.</summary>
internal sealed class DicomSourceSeries
{
    // What the standard's Patient, General Study and Frame of Reference modules need; copied byte for byte, never read.
    private static readonly string[] Copied =
    [
        "SpecificCharacterSet",
        "StudyDate",
        "StudyTime",
        "AccessionNumber",
        "ReferringPhysicianName",
        "StudyDescription",
        "PatientName",
        "PatientID",
        "PatientBirthDate",
        "PatientSex",
        "PatientAge",
        "StudyInstanceUID",
        "StudyID",
        "FrameOfReferenceUID",
        "PositionReferenceIndicator",
    ];

    private readonly DicomDataSet _set;
    private readonly IReadOnlyList<(DicomFrame Frame, int Z)> _slices;

    /// <summary>Takes the images of a series whose grid is that of the labels, or contains it.</summary>
    /// <exception cref="ArgumentException">The labels lie elsewhere.</exception>
    public DicomSourceSeries(DicomSeries series, LabelVolume labels)
    {
        Series = series;
        var stack = series.Stack(out _);
        _set = stack.First.Image.File.DataSet;
        _slices = [.. stack.Frames.SelectMany(channel => channel.Select((frame, z) => (frame, z)))];
        Geometry = stack.Geometry;
        var map = Geometry.WorldToIndex.Compose(labels.Geometry.IndexToWorld);
        var last = new Vector3D(labels.Shape.Width - 1, labels.Shape.Height - 1, labels.Shape.Depth - 1);
        var shape = new Vector3D(stack.First.Tile.Width, stack.First.Tile.Height, stack.Depth);
        foreach (var corner in new[] { map.Apply(default), map.Apply(last) })
        {
            for (var axis = 0; axis < 3; axis++)
            {
                if (corner[axis] < -0.6 || corner[axis] > shape[axis] - 0.4)
                {
                    throw new ArgumentException(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"The labels ({labels.Shape}, {labels.Geometry}) reach outside the source series ({shape}, {Geometry}). "
                                + $"Give the series that was segmented, or resample the labels to it."
                        )
                    );
                }
            }
        }
    }

    public DicomSeries Series { get; }

    public VolumeGeometry Geometry { get; }

    /// <summary>Copies patient, study and frame of reference.</summary>
    public void Copy(DicomDataSetWriter target)
    {
        foreach (var keyword in Copied)
        {
            if (_set[DicomDictionary.Tag(keyword)] is { } element)
            {
                target.AddRaw(keyword, element.Value);
            }
        }
    }

    /// <summary>Every instance of the series: class and identifier.</summary>
    public IReadOnlyList<(string Class, string Instance)> Instances => [.. _slices.Select(s => Reference(s.Frame)).Distinct()];

    /// <summary>Every instance as the item of a sequence.</summary>
    public IEnumerable<DicomDataSetWriter> ReferencedInstances() => Instances.Select(i => Reference(i.Class, i.Instance));

    /// <summary>The item that refers to an instance.</summary>
    public static DicomDataSetWriter Reference(string classUid, string instance)
        => new DicomDataSetWriter().Add("ReferencedSOPClassUID", classUid).Add("ReferencedSOPInstanceUID", instance);

    /// <summary>The study and frame of reference that were copied.</summary>
    public string? Text(string keyword) => _set.Text(DicomDictionary.Tag(keyword));

    /// <summary>The slices that lie in the plane of a slice of the labels, a time point or echo each; none where planes differ.</summary>
    public IReadOnlyList<(string Class, string Instance, int? Frame)> SlicesAt(LabelVolume labels, int z)
    {
        var map = Geometry.WorldToIndex.Compose(labels.Geometry.IndexToWorld);
        var first = map.Apply(new(0, 0, z)).Z;
        var isInPlane =
            Math.Abs(map.A.Z * labels.Shape.Width) < 0.1
            && Math.Abs(map.B.Z * labels.Shape.Height) < 0.1
            && Math.Abs(first - Math.Round(first)) < 0.1;
        return isInPlane
            ? [.. _slices.Where(s => s.Z == (int)Math.Round(first)).Select(s =>
            {
                var (type, instance) = Reference(s.Frame);
                return (type, instance, s.Frame.Image.Frames > 1 ? s.Frame.Index + 1 : (int?)null);
            }).Distinct()]
            : [];
    }

    private static (string Class, string Instance) Reference(DicomFrame frame)
    {
        var set = frame.Image.File.DataSet;
        return (
            set.Text(DicomTags.SopClassUid) ?? throw set.Fault(DicomTags.SopClassUid, "it is missing, so no object can refer to the image"),
            set.Text(DicomTags.SopInstanceUid)
                ?? throw set.Fault(DicomTags.SopInstanceUid, "it is missing, so no object can refer to the image")
        );
    }
}
