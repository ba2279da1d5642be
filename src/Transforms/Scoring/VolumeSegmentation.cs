namespace Microsoft.ML.MedicalSegmentation;

/// <summary>The segmentation of one volume.</summary>
/// <param name="Labels">Label values, not class indices, on the grid of the volume, with the model's classes.</param>
/// <param name="Probabilities">One channel per class, in class order, on the grid of the volume; null if they were not asked for.</param>
public sealed record VolumeSegmentation(LabelVolume Labels, Volume<float>? Probabilities)
{
    /// <summary>
    /// Entropy of the probabilities of each voxel, from 0 (certain) to 1, one channel on the grid of the volume; null if it was not asked
    /// for.
    /// </summary>
    public Volume<float>? Doubt { get; init; }

    /// <summary>Whichever of the two there is.</summary>
    internal Volume<float>? Volume => Probabilities ?? Doubt;

    /// <summary>Labels with one of the two beside them.</summary>
    internal static VolumeSegmentation Of(LabelVolume labels, Volume<float>? volume, bool isDoubt)
        => new(labels, isDoubt ? null : volume) { Doubt = isDoubt ? volume : null };
}
