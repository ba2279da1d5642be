using System.Numerics.Tensors;
using Microsoft.ML.MedicalSegmentation.Scoring.Tiles;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Planned;

/// <summary>Runs the networks of a configuration over a prepared image, tile by tile, and gives its logits slice by slice.</summary>
/// <param name="member">The configuration.</param>
/// <param name="networks">Its networks.</param>
/// <param name="settings">Overlap, mirroring and batch.</param>
internal sealed class PlannedTiles(PlannedMember member, IReadOnlyList<OpenNetwork> networks, ScoringSettings settings)
{
    private readonly VolumeShape _patch = member.InputShape;
    private readonly float[] _weights = PlannedTileWeights.Of(member);
    private readonly bool[][] _mirrors = TileMirror.Combinations(settings.MirrorAxes ?? member.MirrorAxes, member.Patch.Count);

    // Kept for the next image; images come one at a time.
    private Buffers? _spare;

    private int OutputLength => member.OutputChannels * (int)_patch.ChannelCount;

    /// <summary>
    /// The logits of every slice, in order: [output, height, width] in half precision's values, until the next slice is taken.
    /// </summary>
    /// <param name="image">[channel, depth, height, width].</param>
    /// <param name="shape">Its size.</param>
    /// <param name="cancellationToken">Stops between tiles.</param>
    public IEnumerable<float[]> Predict(float[] image, VolumeShape shape, CancellationToken cancellationToken)
    {
        var window = new SlidingWindow(shape, _patch, settings.Overlap ?? member.Overlap);
        var sums = new List<HalfSums>();
        var length = member.OutputChannels * shape.Height * shape.Width;
        var (mean, other) = (new float[length], new float[networks.Count > 1 ? length : 0]);
        var buffers = _spare ??= new(settings.BatchSize, (int)_patch.Count, OutputLength, _mirrors.Length > 1);
        var decided = 0;
        try
        {
            sums.AddRange(networks.Select(_ => new HalfSums(member.OutputChannels, shape, _patch, _weights, settings.Threads)));
            for (var i = 0; i < window.Depths.Count; i++)
            {
                foreach (var batch in window.TilesAt(window.Depths[i]).Chunk(settings.BatchSize))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Add(batch, image, shape, sums, buffers, cancellationToken);
                }

                var end = i + 1 < window.Depths.Count ? window.Depths[i + 1] : shape.Depth;
                for (; decided < end; decided++)
                {
                    Average(sums, decided, mean, other);
                    yield return mean;
                }
            }
        }
        finally
        {
            sums.ForEach(sum => sum.Dispose());
        }
    }

    private void Add(
        TileOrigin[] batch,
        float[] image,
        VolumeShape shape,
        List<HalfSums> sums,
        Buffers buffers,
        CancellationToken cancellationToken
    )
    {
        foreach (var (at, origin) in batch.Index())
        {
            CopyTile(image, shape, origin, buffers.Tiles.AsSpan(at * (int)_patch.Count, (int)_patch.Count));
        }

        foreach (var (network, sum) in networks.Zip(sums))
        {
            Run(network, buffers, batch.Length, cancellationToken);
            foreach (var (at, origin) in batch.Index())
            {
                sum.Add(buffers.Means, at * OutputLength, origin);
            }
        }
    }

    private void Run(OpenNetwork network, Buffers buffers, int batch, CancellationToken cancellationToken)
    {
        // A batch is mirrored like one tile of as many channels.
        var (input, output) = (_patch.WithChannels(batch * _patch.Channels), _patch.WithChannels(batch * member.OutputChannels));
        network.Run(buffers.Tiles, buffers.Means, batch, cancellationToken);
        foreach (var mirror in _mirrors.Skip(1))
        {
            TileMirror.Apply(buffers.Tiles, buffers.MirroredTiles, input, mirror, add: false, settings.Threads);
            network.Run(buffers.MirroredTiles, buffers.MirroredLogits, batch, cancellationToken);
            TileMirror.Apply(buffers.MirroredLogits, buffers.Means, output, mirror, add: true, settings.Threads);
        }

        if (_mirrors.Length > 1)
        {
            var means = buffers.Means.AsSpan(0, (int)output.Count);
            TensorPrimitives.Divide<float>(means, _mirrors.Length, means);
        }
    }

    // The networks' logits are added one after the other in half precision, as nnU-Net does.
    private static void Average(List<HalfSums> sums, int z, float[] mean, float[] other)
    {
        sums[0].Take(z, mean);
        if (sums.Count == 1)
        {
            return;
        }

        foreach (var sum in sums.Skip(1))
        {
            sum.Take(z, other);
            TensorPrimitives.Add<float>(mean, other, mean);
            HalfRounding.Round(mean);
        }

        TensorPrimitives.Divide<float>(mean, sums.Count, mean);
        HalfRounding.Round(mean);
    }

    // What lies outside the image is 0.
    private void CopyTile(float[] image, VolumeShape shape, TileOrigin origin, Span<float> tile)
    {
        int z0 = Math.Max(0, -origin.Z), z1 = Math.Min(_patch.Depth, shape.Depth - origin.Z);
        int y0 = Math.Max(0, -origin.Y), y1 = Math.Min(_patch.Height, shape.Height - origin.Y);
        int x0 = Math.Max(0, -origin.X), x1 = Math.Min(_patch.Width, shape.Width - origin.X);
        tile.Clear();
        for (var channel = 0; channel < _patch.Channels; channel++)
        {
            for (var z = z0; z < z1; z++)
            {
                for (var y = y0; y < y1; y++)
                {
                    var source = (((((channel * shape.Depth) + origin.Z + z) * shape.Height) + origin.Y + y) * shape.Width) + origin.X + x0;
                    image
                        .AsSpan(source, x1 - x0)
                        .CopyTo(tile[((((((channel * _patch.Depth) + z) * _patch.Height) + y) * _patch.Width) + x0)..]);
                }
            }
        }
    }

    private sealed class Buffers(int batch, int inputLength, int outputLength, bool isMirrored)
    {
        public float[] Tiles { get; } = new float[checked(batch * inputLength)];

        public float[] Means { get; } = new float[checked(batch * outputLength)];

        public float[] MirroredTiles { get; } = new float[isMirrored ? batch * inputLength : 0];

        public float[] MirroredLogits { get; } = new float[isMirrored ? batch * outputLength : 0];
    }
}
