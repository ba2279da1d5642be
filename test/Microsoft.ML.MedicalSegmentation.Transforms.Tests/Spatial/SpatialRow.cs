namespace Microsoft.ML.MedicalSegmentation.Spatial;

/// <summary>A row with everything that spatial transforms read.</summary>
public sealed class SpatialRow
{
    public string CaseId { get; set; } = "";

    [VolumeColumn]
    public Volume Image { get; set; } = null!;

    [VolumeColumn]
    public Volume Reference { get; set; } = null!;

    [LabelVolumeColumn]
    public LabelVolume Label { get; set; } = null!;
}
