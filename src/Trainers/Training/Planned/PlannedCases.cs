using Microsoft.ML.MedicalSegmentation.Preprocessing;
using Microsoft.ML.MedicalSegmentation.Scoring.Planned;

namespace Microsoft.ML.MedicalSegmentation.Training.Planned;

/// <summary>Prepares cases as the plan says: turned, cropped, normalised and resampled, with their labels.</summary>
internal sealed class PlannedCases
{
    private readonly CasePreparation _preparation;
    private readonly string? _orientation;
    private readonly PreviousStage? _previous;

    /// <param name="definition">What is done.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="previous">Whose labels become further channels. Default: null, none.</param>
    public PlannedCases(PlannedPreprocessing definition, CancellationToken cancellationToken, PreviousStage? previous = null) =>
        (_preparation, _orientation, _previous) = (new(definition, cancellationToken: cancellationToken), definition.Orientation, previous);

    /// <summary>Prepares a case that has been inspected.</summary>
    public (Volume Image, LabelVolume Labels) Prepare(TrainingRow row)
    {
        var (image, labels) = (row.Image, row.Labels);
        var prepared = _preparation.Prepare(_preparation.Turn(image));
        var indices = PrepareLabels(labels, prepared);
        if (_previous is not null)
        {
            var values = StageMasks.Append(prepared, PrepareLabels(_previous.LabelsOf(row), prepared), _previous.Labels);
            prepared = prepared with
            {
                Values = values,
                Shape = prepared.Shape.WithChannels(prepared.Shape.Channels + _previous.Labels.Count),
            };
        }

        var (shape, spacing) = (prepared.Shape, prepared.Spacing);
        var geometry = VolumeGeometry.FromSpacing(spacing[2], spacing[1], spacing[0]);
        var single = shape.WithChannels(1);
        Volume voxels = indices.AsSpan().ContainsAnyExceptInRange(0, byte.MaxValue)
            ? Volume.Create(Array.ConvertAll(indices, value => (ushort)value), single, geometry, header: labels.Voxels.Header)
            : Volume.Create(Array.ConvertAll(indices, value => (byte)value), single, geometry, header: labels.Voxels.Header);
        return (Volume.Create(prepared.Values, shape, geometry, header: image.Header), LabelVolume.FromVolume(voxels, labels.Classes));
    }

    private int[] PrepareLabels(LabelVolume labels, PreparedImage image) =>
        _preparation.PrepareLabels(_orientation is { } code ? labels.Reorient(code) : labels, image);
}
