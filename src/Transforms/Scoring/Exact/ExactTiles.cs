using Microsoft.ML.MedicalSegmentation.Scoring.Tiles;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Exact;

/// <summary>The tiles of a volume whose results are those of the network on the whole volume.</summary>
/// <remarks>
/// Each voxel is taken once. For a patch P and a reach R, a tile gives about (P - 2R)^3 of its P^3 results. Hou et al. 2019,
/// https://arxiv.org/abs/1909.03108, read one tile after the other.
/// </remarks>
internal sealed class ExactTiles
{
    private readonly IReadOnlyList<ExactSpan> _z;
    private readonly IReadOnlyList<ExactSpan> _y;
    private readonly IReadOnlyList<ExactSpan> _x;

    /// <param name="size">Sizes of the volume, in the network's orientation.</param>
    /// <param name="info">The model.</param>
    /// <exception cref="ArgumentException">
    /// The network's results depend on the whole volume, or the tiles do not fit; the message says what to do.
    /// </exception>
    public ExactTiles(VolumeShape size, SegmentationModelInfo info)
    {
        var reach = Require(info);
        _z = ExactSpan.Cover("depth", size.Depth, info.Patch.Depth, reach.Voxels[0], reach.Stride[0]);
        _y = ExactSpan.Cover("height", size.Height, info.Patch.Height, reach.Voxels[1], reach.Stride[1]);
        _x = ExactSpan.Cover("width", size.Width, info.Patch.Width, reach.Voxels[2], reach.Stride[2]);
    }

    /// <summary>First slices of the tiles, ascending.</summary>
    public IReadOnlyList<int> Depths => [.. _z.Select(span => span.Start)];

    /// <summary>How many tiles there are.</summary>
    public long TileCount => (long)_z.Count * _y.Count * _x.Count;

    /// <summary>How far a model's network sees.</summary>
    /// <exception cref="ArgumentException">
    /// It sees everything, the model does not say, or its patch is no multiple of the network's stride.
    /// </exception>
    public static NetworkReach Require(SegmentationModelInfo info)
    {
        var reach = info.Reach switch
        {
            null => throw new ArgumentException(
                "Exact tiles: the model does not say how far its network sees. Train or export it again with this version of the "
                    + "library, or use blended tiles."
            ),
            { WhyUnbounded: { } why } => throw new ArgumentException(
                $"Exact tiles: each result of {(info.Network.Length == 0 ? "this network" : info.Network)} depends on the whole "
                    + $"volume, by {why}. Use blended tiles, or a network without it, such as attention-unet, whose norms are batch norms."
            ),
            { } known => known,
        };
        foreach (var (axis, patch, stride) in new[]
        {
            ("depth", info.Patch.Depth, reach.Stride[0]),
            ("height", info.Patch.Height, reach.Stride[1]),
            ("width", info.Patch.Width, reach.Stride[2]),
        })
        {
            if (patch % stride != 0)
            {
                throw new ArgumentException(
                    $"Exact tiles: the patch has {patch} voxels along the {axis}, which is no multiple of {stride}, the network's "
                        + "total stride. Export the model for a patch that is."
                );
            }
        }

        return reach;
    }

    /// <summary>The tiles whose first slice is <paramref name="z"/>, in the order y, x.</summary>
    public IEnumerable<TileOrigin> TilesAt(int z) => _y.SelectMany(y => _x.Select(x => new TileOrigin(z, y.Start, x.Start)));

    /// <summary>What is taken of a tile, in voxels of the volume.</summary>
    public (ExactSpan Z, ExactSpan Y, ExactSpan X) TakenOf(TileOrigin origin) =>
        (_z.First(span => span.Start == origin.Z), _y.First(span => span.Start == origin.Y), _x.First(span => span.Start == origin.X));
}
