namespace Microsoft.ML.MedicalSegmentation.Scoring.Exact;

/// <summary>A tile along one axis, and which of its results are those of the whole volume and are taken.</summary>
/// <param name="Start">First voxel of the tile.</param>
/// <param name="From">First voxel that is taken.</param>
/// <param name="To">End of what is taken.</param>
internal readonly record struct ExactSpan(int Start, int From, int To)
{
    /// <summary>The tiles that cover an axis.</summary>
    /// <remarks>
    /// A result is exact if all that it depends on lies in the tile, or beyond an end of the volume where the tile ends too: there the
    /// network pads as it does for the whole volume. So the first tile begins where the volume does, the last ends where it ends, and tiles
    /// between give up the reach on both sides. Tiles begin at multiples of the stride, so that the windows of every level fall as they do
    /// on the whole volume; a volume that is no multiple of it is filled up with zeros at its far end, as it would be for the network to
    /// take it whole.
    /// </remarks>
    /// <param name="axis">Name of the axis for messages.</param>
    /// <param name="size">Voxels of the volume.</param>
    /// <param name="patch">Voxels of a tile; a multiple of the stride.</param>
    /// <param name="reach">How far the network sees.</param>
    /// <param name="stride">What tiles begin at multiples of.</param>
    /// <exception cref="InputDataException">The volume is smaller than a tile, or the tile too small for the reach.</exception>
    public static IReadOnlyList<ExactSpan> Cover(string axis, int size, int patch, int reach, int stride)
    {
        var filled = (int)(((long)size + stride - 1) / stride * stride);
        if (filled < patch)
        {
            throw new InputDataException(
                $"Exact tiles: the volume has {size} voxels along the {axis}, and the model's patch {patch}. Export the model for a "
                    + "smaller patch (Export.ScoringPatchSize), or use blended tiles."
            );
        }

        if (filled == patch)
        {
            return [new(0, 0, size)];
        }

        var spans = new List<ExactSpan>();
        for (var (start, taken) = (0, 0); taken < size;)
        {
            var isLast = start >= filled - patch;
            start = isLast ? filled - patch : start;
            var end = isLast ? size : start + patch - reach;
            if (end <= taken)
            {
                throw new InputDataException(
                    $"Exact tiles: the network sees {reach} voxels along the {axis} on either side, and its patch has {patch}; "
                        + $"a tile needs at least {(2 * reach) + stride}. Export the model for a larger patch "
                        + "(Export.ScoringPatchSize), or use blended tiles."
                );
            }

            spans.Add(new(start, taken, end));
            taken = end;
            start = Math.Max(0, taken - reach) / stride * stride;
        }

        return spans;
    }
}
