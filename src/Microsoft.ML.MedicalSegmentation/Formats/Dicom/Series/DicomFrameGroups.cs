using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Series;

/// <summary>The data sets that describe one frame: its own functional groups, those of all frames, and the top of the file.</summary>
/// <param name="Own">The frame's item of the per-frame functional groups; null if there is none.</param>
/// <param name="Shared">The shared functional groups; null if there are none.</param>
/// <param name="Root">The file's top data set.</param>
internal readonly record struct DicomFrameGroups(DicomDataSet? Own, DicomDataSet? Shared, DicomDataSet Root)
{
    /// <summary>
    /// The data set that holds an attribute: a frame's own group before the shared one, and both before the top; null if there is none.
    /// </summary>
    /// <param name="group">The functional group.</param>
    /// <param name="tag">The attribute.</param>
    public DicomDataSet? Find(DicomTag group, DicomTag tag)
        => Own?.FirstItem(group) is { } own && own.Has(tag) ? own
            : Shared?.FirstItem(group) is { } shared && shared.Has(tag) ? shared
            : Root.Has(tag) ? Root : null;
}
