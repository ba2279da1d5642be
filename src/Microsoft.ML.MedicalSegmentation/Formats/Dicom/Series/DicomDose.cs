using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Pixels;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Series;

/// <summary>Places the frames of a dose grid, whose one position is that of its first plane.</summary>
/// <remarks>Part 3 of the standard, C.8.8.3.2: Grid Frame Offset Vector.</remarks>
internal static class DicomDose
{
    /// <summary>The frames at their places; as they were where the image is not a dose grid.</summary>
    public static IReadOnlyList<DicomFrame> Place(DicomImage image, IReadOnlyList<DicomFrame> frames)
    {
        var set = image.File.DataSet;
        if (frames.Count == 1 || frames[0].Plane is not { Position: { } origin } plane || !set.Has(DicomTags.GridFrameOffsetVector))
        {
            return frames;
        }

        var offsets = set.Numbers(DicomTags.GridFrameOffsetVector, frames.Count) ?? [];

        // Offsets that do not begin at 0 are z coordinates of axial planes.
        if (offsets[0] != 0 && Math.Abs(plane.Normal.Z) < 1 - 1e-6)
        {
            throw set.Fault(
                DicomTags.GridFrameOffsetVector,
                FormattableString.Invariant($"it begins at {offsets[0]}, which only axial grids may; it must begin at 0")
            );
        }

        var first = offsets[0];
        var direction = first == 0 ? plane.Normal : new Vector3D(0, 0, 1);
        return
        [
            .. frames.Select((frame, i) => frame with { Plane = plane with { Position = origin + (direction * (offsets[i] - first)) } }),
        ];
    }
}
