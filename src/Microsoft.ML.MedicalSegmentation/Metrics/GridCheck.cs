namespace Microsoft.ML.MedicalSegmentation.Metrics;

/// <summary>Labels and predictions are compared voxel by voxel, so both must lie on one grid.</summary>
internal static class GridCheck
{
    /// <summary>Fails for volumes of other sizes or at other places.</summary>
    /// <param name="truth">The label.</param>
    /// <param name="prediction">The prediction.</param>
    /// <param name="subject">Begins the message, such as "Case 'a': "; may be empty.</param>
    /// <exception cref="ArgumentException">Sizes or positions differ.</exception>
    public static void Require(LabelVolume truth, LabelVolume prediction, string subject)
        => Require(truth, prediction.Shape, prediction.Geometry, subject);

    /// <inheritdoc cref="Require(LabelVolume, LabelVolume, string)"/>
    public static void Require(LabelVolume truth, VolumeShape shape, VolumeGeometry geometry, string subject)
    {
        if (!truth.Shape.SameGrid(shape))
        {
            throw new ArgumentException(
                $"{subject}The label is {truth.Shape} voxels, the prediction {shape.WithChannels(1)}. Both must lie on one "
                    + "grid; compare the prediction with the label of the same volume, before any resampling or cropping."
            );
        }

        if (!truth.Geometry.Matches(geometry, truth.Shape))
        {
            throw new ArgumentException(
                $"{subject}Label and prediction lie up to {truth.Geometry.LargestDifference(geometry, truth.Shape):0.###} mm apart "
                + $"(label {truth.Geometry}; prediction {geometry}). Both must have one geometry; "
                + "compare the prediction with the label of the same volume, or repair the file's header.");
        }
    }
}
