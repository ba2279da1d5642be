using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Pixels;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Series;

/// <summary>
/// Places the frames of a reconstructed nuclear medicine image, whose position is that of its first slice, with its detector.
/// </summary>
/// <remarks>
/// Part 3 of the standard, C.8.4.8 (frame vectors), C.8.4.11 (detector) and C.8.4.15 (Spacing Between Slices, whose sign is the
/// direction of the slices against the normal). As GDCM does, slices keep the file's order and a negative spacing turns the
/// third axis.
/// </remarks>
internal static class DicomTomography
{
    private static readonly (DicomTag Vector, DicomFrameKey Key)[] Vectors =
    [
        (DicomTags.EnergyWindowVector, DicomFrameKey.EnergyWindow),
        (DicomTags.DetectorVector, DicomFrameKey.Detector),
        (DicomTags.PhaseVector, DicomFrameKey.Phase),
        (DicomTags.RrIntervalVector, DicomFrameKey.Interval),
        (DicomTags.TimeSlotVector, DicomFrameKey.TimeSlot),
    ];

    /// <summary>The frames at their places; null for other images.</summary>
    /// <param name="image">The image.</param>
    /// <param name="frames">Its frames, without places.</param>
    /// <param name="notes">Receives what was assumed.</param>
    public static IReadOnlyList<DicomFrame>? Place(DicomImage image, IReadOnlyList<DicomFrame> frames, ICollection<string> notes)
    {
        var set = image.File.DataSet;
        if (
            !set.Texts(DicomTags.ImageType).Any(value => value is "RECON TOMO" or "RECON GATED TOMO")
            || set.Text(DicomTags.Modality) is not ("NM" or "PT")
        )
        {
            return null;
        }

        var between = set.Number(DicomTags.SpacingBetweenSlices);
        var thickness = set.Number(DicomTags.SliceThickness);
        if (frames.Count > 1 && between is null or 0)
        {
            notes.Add(
                thickness > 0
                    ? FormattableString.Invariant(
                        $"The file states no Spacing Between Slices; the Slice Thickness of {thickness} mm was taken, along the normal."
                    )
                    : "The file states no distance of slices; 1 mm was used, along the normal."
            );
        }

        var step = between is { } stated && stated != 0 ? stated : thickness is > 0 ? thickness.Value : 1;
        var slices = Read(set, DicomTags.SliceVector, frames.Count);
        var vectors = Vectors.Select(v => (v.Key, Numbers: Read(set, v.Vector, frames.Count))).Where(v => v.Numbers is not null).ToList();
        var detectors = set.Items(DicomTags.DetectorInformationSequence);
        var detectorOf = Read(set, DicomTags.DetectorVector, frames.Count);
        var placed = new List<DicomFrame>();
        for (var i = 0; i < frames.Count; i++)
        {
            var detector =
                detectors.ElementAtOrDefault(detectorOf is null ? 0 : (int)detectorOf[i] - 1)
                ?? (detectors.Count > 0 ? detectors[0] : null);
            var plane = DicomPlane.Read(new DicomFrameGroups(null, null, set), notes, detector);
            if (plane.Position is not { } first)
            {
                return null;
            }

            var number = slices is null ? i : slices[i] - 1;
            placed.Add(
                frames[i] with
                {
                    Plane = plane with
                    {
                        Position = first + (plane.Normal * (step * number)),
                        Normal = plane.Normal * Math.Sign(step),
                        Thickness = Math.Abs(step),
                    },
                    Vectors =
                    [
                        .. vectors.Select(v => new KeyValuePair<DicomFrameKey, DicomKeyValue>(
                            v.Key,
                            new DicomKeyValue(v.Numbers?[i] ?? 0)
                        )),
                    ],
                }
            );
        }

        return placed;
    }

    private static double[]? Read(DicomDataSet set, DicomTag vector, int frames) => set.Numbers(vector, frames);
}
