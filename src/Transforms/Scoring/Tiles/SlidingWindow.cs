namespace Microsoft.ML.MedicalSegmentation.Scoring.Tiles;

/// <summary>The tiles that cover a volume: patches of one size, evenly spread, overlapping their neighbours.</summary>
/// <remarks>
/// Along each axis there are ceil((size - patch) / step) + 1 tiles with step = (1 - overlap) * patch, as in nnU-Net v2
/// (Isensee et al. 2021, https://doi.org/10.1038/s41592-020-01008-z). Where the volume is smaller than the patch, one
/// tile reaches past both ends alike, so its first voxel is below 0; what lies outside is read as 0.
/// </remarks>
internal sealed class SlidingWindow
{
    /// <summary>Spreads tiles over a volume.</summary>
    /// <param name="size">Sizes of the volume; channels are ignored.</param>
    /// <param name="patch">Sizes of a tile; channels are ignored.</param>
    /// <param name="overlap">How far neighbours overlap at least, as a fraction of the patch, 0 to 0.9.</param>
    /// <exception cref="ArgumentException">A size is below 1, or the overlap is out of range.</exception>
    public SlidingWindow(VolumeShape size, VolumeShape patch, double overlap = 0.5)
    {
        Depths = Positions(size.Depth, patch.Depth, overlap);
        Heights = Positions(size.Height, patch.Height, overlap);
        Widths = Positions(size.Width, patch.Width, overlap);
    }

    /// <summary>First voxels of the tiles along z, ascending.</summary>
    public IReadOnlyList<int> Depths { get; }

    /// <summary>First voxels of the tiles along y, ascending.</summary>
    public IReadOnlyList<int> Heights { get; }

    /// <summary>First voxels of the tiles along x, ascending.</summary>
    public IReadOnlyList<int> Widths { get; }

    /// <summary>How many tiles there are.</summary>
    public long TileCount => (long)Depths.Count * Heights.Count * Widths.Count;

    /// <summary>First voxels of the tiles along one axis: for 110 voxels, a patch of 64 and overlap 0.5, they are 0, 23 and 46.</summary>
    /// <param name="size">Voxels of the volume, at least 1.</param>
    /// <param name="patch">Voxels of a tile, at least 1.</param>
    /// <param name="overlap">How far neighbours overlap at least, as a fraction of the patch, 0 to 0.9.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static IReadOnlyList<int> Positions(int size, int patch, double overlap = 0.5)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(patch, 1);
        if (!(overlap is >= 0 and <= 0.9))
        {
            throw new ArgumentOutOfRangeException(
                nameof(overlap),
                overlap,
                "The overlap of tiles is a fraction of the patch from 0 to 0.9."
            );
        }

        if (size <= patch)
        {
            return [-((patch - size) / 2)];
        }

        // At least one voxel, so that single slices are taken once each; the small number keeps 0.1 * 10 from being above 1.
        var step = Math.Max(1, (1 - overlap) * patch);
        var count = (int)Math.Ceiling(((size - patch) / step) - 1e-9) + 1;
        var spread = (double)(size - patch) / (count - 1);
        return [.. Enumerable.Range(0, count).Select(i => (int)Math.Round(spread * i, MidpointRounding.ToEven))];
    }

    /// <summary>The tiles whose first slice is <paramref name="z"/>, in the order y, x.</summary>
    internal IEnumerable<TileOrigin> TilesAt(int z) => Heights.SelectMany(y => Widths.Select(x => new TileOrigin(z, y, x)));
}

/// <summary>The first voxel of a tile; below 0 if the tile reaches past the volume.</summary>
internal readonly record struct TileOrigin(int Z, int Y, int X);
