using Microsoft.ML.MedicalSegmentation.Scoring.Tiles;

namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>Compares the blended outputs of a network with the truth, slice by slice.</summary>
internal abstract class SliceScore
{
    /// <summary>Adds a slice.</summary>
    /// <param name="slab">Sums of blended logits, one channel per output.</param>
    /// <param name="z">The slice.</param>
    /// <param name="truth">Class indices, [height, width].</param>
    public abstract void Add(BlendingSlab slab, int z, ReadOnlySpan<int> truth);

    /// <summary>How far truth and prediction overlap: of each class but the background, or of each region.</summary>
    public abstract IEnumerable<OverlapCounts> Overlaps { get; }
}
