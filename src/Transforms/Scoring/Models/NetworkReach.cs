using Microsoft.ML.MedicalSegmentation.Texts;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How far a network sees, which exact tiles need: <see cref="ScoringTiling.Exact"/>.</summary>
public sealed record NetworkReach
{
    /// <summary>The members with their values, lists with their items.</summary>
    public override string ToString() => RecordText.Of(this);

    private const int Most = 1 << 20;

    /// <summary>Along depth, height and width: how many voxels away, before or after, a voxel may lie on which a result depends.</summary>
    /// <value>Three numbers from 0 to 2^20; the first is 0 for a 2D network. Not used where <see cref="WhyUnbounded"/> is given.</value>
    public required IReadOnlyList<int> Voxels { get; init; }

    /// <summary>
    /// Along depth, height and width: voxels between two elements of the network's coarsest grid. Tiles begin at multiples of it.
    /// </summary>
    /// <value>Three numbers from 1 to 2^20; the first is 1 for a 2D network.</value>
    public required IReadOnlyList<int> Stride { get; init; }

    /// <summary>Why results depend on the whole volume, such as "an instance norm over all positions".</summary>
    /// <value>Default: null, they do not.</value>
    public string? WhyUnbounded { get; init; }

    /// <summary>What is impossible, as sentences.</summary>
    internal IEnumerable<string> Faults()
    {
        if (Voxels.Count != 3 || Voxels.Any(reach => reach is < 0 or > Most))
        {
            yield return $"The reach is [{string.Join(", ", Voxels)}] voxels; it must be three numbers from 0 to {Most}.";
        }

        if (Stride.Count != 3 || Stride.Any(stride => stride is < 1 or > Most))
        {
            yield return $"The stride is [{string.Join(", ", Stride)}] voxels; it must be three numbers from 1 to {Most}.";
        }
    }
}
