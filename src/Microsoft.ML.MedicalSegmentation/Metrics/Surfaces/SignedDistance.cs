namespace Microsoft.ML.MedicalSegmentation.Metrics.Surfaces;

/// <summary>How far each voxel lies from the surface of a label, in voxels: negative inside, positive outside.</summary>
/// <remarks>
/// The surface lies half way between neighbouring voxels of different sides. Exact, axis by axis, in time proportional to the number of
/// voxels. Felzenszwalb and Huttenlocher 2012, https://doi.org/10.4086/toc.2012.v008a019. Takes 16 bytes per voxel.
/// </remarks>
internal static class SignedDistance
{
    /// <summary>Computes the distances.</summary>
    /// <param name="labels">[D, H, W].</param>
    /// <param name="label">The label.</param>
    /// <param name="shape">Size of the volume; channels are not read.</param>
    /// <param name="distances">Receives [D, H, W]; all 0 where the label is absent or fills the volume, as there is no surface.</param>
    public static void Compute(ReadOnlySpan<long> labels, long label, VolumeShape shape, Span<float> distances)
    {
        var (toInside, toOutside) = (new double[labels.Length], new double[labels.Length]);
        var members = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            var isMember = labels[i] == label;
            members += isMember ? 1 : 0;
            (toInside[i], toOutside[i]) = isMember ? (0.0, double.PositiveInfinity) : (double.PositiveInfinity, 0.0);
        }

        if (members == 0 || members == labels.Length)
        {
            distances.Clear();
            return;
        }

        Square(toInside, shape);
        Square(toOutside, shape);
        for (var i = 0; i < labels.Length; i++)
        {
            distances[i] = labels[i] == label ? 0.5f - (float)Math.Sqrt(toOutside[i]) : (float)Math.Sqrt(toInside[i]) - 0.5f;
        }
    }

    /// <summary>
    /// From 0 at the voxels of a set and infinity elsewhere to the squared distance of each voxel from the set, in place.
    /// </summary>
    /// <param name="squares">[D, H, W]; stays infinite where the set is empty.</param>
    /// <param name="shape">Size of the volume; channels are not read.</param>
    public static void Square(Span<double> squares, VolumeShape shape)
    {
        var longest = Math.Max(shape.Depth, Math.Max(shape.Height, shape.Width));
        var (envelope, positions, lifts) = (new LowerEnvelope(longest), new int[longest], new double[longest]);
        foreach (var (count, step) in new[] { (shape.Width, 1), (shape.Height, shape.Width), (shape.Depth, shape.Width * shape.Height) })
        {
            for (var first = 0; first < squares.Length; first += count * step)
            {
                for (var line = first; line < first + step; line++)
                {
                    Square(squares, line, count, step, envelope, positions, lifts);
                }
            }
        }
    }

    private static void Square(
        Span<double> squares,
        int line,
        int count,
        int step,
        LowerEnvelope envelope,
        Span<int> positions,
        Span<double> lifts
    )
    {
        var places = 0;
        for (var at = 0; at < count; at++)
        {
            if (squares[line + (at * step)] is var lift && double.IsFinite(lift))
            {
                (positions[places], lifts[places]) = (at, lift);
                places++;
            }
        }

        if (places == 0)
        {
            return;
        }

        envelope.Build(positions[..places], lifts[..places], 1);
        var walk = envelope.Begin();
        for (var at = 0; at < count; at++)
        {
            var nearest = walk.NearestTo(at);
            double away = at - positions[nearest];
            squares[line + (at * step)] = lifts[nearest] + (away * away);
        }
    }
}
