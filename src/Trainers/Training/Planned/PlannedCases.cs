using Microsoft.ML.MedicalSegmentation.Preprocessing;

namespace Microsoft.ML.MedicalSegmentation.Training.Planned;

/// <summary>Prepares cases as the plan says: turned, cropped, normalised and resampled, with their labels.</summary>
internal sealed class PlannedCases
{
    private readonly CasePreparation _preparation;
    private readonly string? _orientation;

    /// <param name="definition">What is done.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public PlannedCases(PlannedPreprocessing definition, CancellationToken cancellationToken)
        => (_preparation, _orientation) = (new(definition, cancellationToken: cancellationToken), definition.Orientation);

    /// <summary>Prepares a case that has been inspected.</summary>
    public (Volume Image, LabelVolume Labels) Prepare(Volume image, LabelVolume labels)
    {
        var prepared = _preparation.Prepare(_preparation.Turn(image));
        var indices = _preparation.PrepareLabels(_orientation is { } code ? labels.Reorient(code) : labels, prepared);
        var (shape, spacing) = (prepared.Shape, prepared.Spacing);
        var geometry = VolumeGeometry.FromSpacing(spacing[2], spacing[1], spacing[0]);
        var single = shape.WithChannels(1);
        Volume voxels = indices.AsSpan().ContainsAnyExceptInRange(0, byte.MaxValue)
            ? Volume.Create(Array.ConvertAll(indices, value => (ushort)value), single, geometry, header: labels.Voxels.Header)
            : Volume.Create(Array.ConvertAll(indices, value => (byte)value), single, geometry, header: labels.Voxels.Header);
        return (Volume.Create(prepared.Values, shape, geometry, header: image.Header), LabelVolume.FromVolume(voxels, labels.Classes));
    }
}
