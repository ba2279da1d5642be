namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How a volume that is larger than the network's patch is taken tile by tile.</summary>
public enum ScoringTiling
{
    /// <summary>
    /// Tiles overlap, and their logits are averaged, the middle of a tile counting most. Serves every network, and is what most networks
    /// were judged with; the result is not that of the network on the whole volume.
    /// </summary>
    Blended,

    /// <summary>
    /// Tiles overlap by as far as the network sees, and each voxel is taken from a tile that holds all it depends on: the logits are those
    /// of the network on the whole volume, up to rounding. For networks that see a limited distance
    /// (<see cref="SegmentationModelInfo.Reach"/>); the volume must be at least as large as the patch along each axis.
    /// </summary>
    Exact,
}
