using Microsoft.ML.MedicalSegmentation.Scoring.Models;
using Microsoft.ML.MedicalSegmentation.Spatial;

namespace Microsoft.ML.MedicalSegmentation.Scoring;

/// <summary>
/// Compares volumes with the spacing of training and, where the settings ask for it, brings them there and their labels back.
/// </summary>
internal sealed class TrainingSpacing(IPatchNetworkInfo info, ScoringSettings settings, Action<string> warn)
{
    /// <summary>
    /// How a volume's spacing differs from that of training, in words; null if it does not by more than a fraction of it.
    /// </summary>
    public static string? Difference(IPatchNetworkInfo info, Volume volume, double tolerance)
    {
        // Spacings of training lie along the axes of training.
        var own = AxisOrder.Between(volume.Geometry, info.Orientation ?? volume.Geometry.OrientationCode).Apply(volume.Geometry.Spacing);
        return info.Spacing is not { } training
            || Enumerable.Range(0, info.SpatialDimensions).All(axis => Math.Abs(own[axis] - training[axis]) <= tolerance * training[axis])
            ? null
            : $"The spacing of {volume.NameInErrors} is {own} mm, that of training {training} mm (along {info.Orientation ?? "x, y, z"}); "
                + $"they differ by more than {tolerance:P0}, and the network sees structures at another size than it learnt.";
    }

    /// <summary>The volume to score: at the spacing of training where it is resampled, else the volume itself.</summary>
    /// <exception cref="InputDataException">The spacing is refused, or the resampled volume would be too large.</exception>
    public Volume Bring(Volume volume)
    {
        if (Difference(info, volume, settings.SpacingTolerance) is not { } message || info.Spacing is not { } training)
        {
            return volume;
        }

        if (settings.Resampling is { } options)
        {
            // A 2D network never sees the distance between slices.
            var order = AxisOrder.Between(volume.Geometry, info.Orientation ?? volume.Geometry.OrientationCode);
            var wanted = info.SpatialDimensions == 2 ? training with { Z = order.Apply(volume.Geometry.Spacing).Z } : training;
            return Resample(volume, order.Undo(wanted), options);
        }

        if (settings.RequireTrainingSpacing)
        {
            throw new InputDataException(
                $"{message} Resample the volume to the spacing of training first, or set Resampling of the scoring settings."
            );
        }

        warn(
            $"{message} It is scored as it is. Set Resampling of the scoring settings to resample it: of the trainer, or with "
                + "Models.Load of a saved model."
        );
        return volume;
    }

    /// <summary>Labels and probabilities that were decided on the grid of a resampled volume, on that of the volume itself.</summary>
    public VolumeSegmentation Return(VolumeSegmentation result, Volume volume, LabelInterpolation labelReturn)
    {
        var threads = settings.Resampling?.MaximumThreads ?? 0;
        var background = result.Labels.Classes.ToList().FindIndex(c => c.Value == 0);
        Volume<float>? Returned(Volume<float>? values, int? outside) =>
            values?.ReturnToGrid(volume, outside, new() { MaximumThreads = threads }).ToSingle();
        return new(
            result.Labels.ReturnToGrid(volume, new() { Interpolation = labelReturn, MaximumThreads = threads }),
            Returned(result.Probabilities, background < 0 ? null : background)
        )
        {
            Doubt = Returned(result.Doubt, null),
        };
    }

    private Volume Resample(Volume volume, Vector3D spacing, ResamplingOptions options)
    {
        var old = volume.Geometry.Spacing;
        var growth = old.X / spacing.X * (old.Y / spacing.Y) * (old.Z / spacing.Z);
        return volume.Shape.Count * growth <= settings.MaximumResampledVoxels
            ? volume.Resample(spacing, options)
            : throw new InputDataException(
                $"At the spacing of training, {spacing} mm, {volume.NameInErrors} ({volume.Shape}; {volume.Geometry}) would have "
                    + $"about {volume.Shape.Count * growth:N0} values; the limit is {settings.MaximumResampledVoxels:N0}. Correct the "
                    + "spacing of the file, crop it, or raise MaximumResampledVoxels."
            );
    }
}
