using System.Numerics.Tensors;
using Microsoft.ML.MedicalSegmentation.Scoring.Tiles;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Planned;

/// <summary>Runs the networks of a configuration over a prepared image, tile by tile, and gives its logits slice by slice.</summary>
/// <param name="member">The configuration.</param>
/// <param name="networks">Its networks.</param>
/// <param name="overlap">How far tiles overlap.</param>
internal sealed class PlannedTiles(PlannedMember member, IReadOnlyList<OpenNetwork> networks, double overlap)
{
    private readonly VolumeShape _patch = member.InputShape;
    private readonly float[] _weights = PlannedTileWeights.Of(member);
    private readonly bool[][] _mirrors = TileMirror.Combinations(member.MirrorAxes, member.IsFlat);

    /// <summary>The logits of every slice, in order: [output, height, width] in half precision's values, until the next slice is taken.</summary>
    /// <param name="image">[channel, depth, height, width].</param>
    /// <param name="shape">Its size.</param>
    /// <param name="cancellationToken">Stops between tiles.</param>
    public IEnumerable<float[]> Predict(float[] image, VolumeShape shape, CancellationToken cancellationToken)
    {
        var window = new SlidingWindow(shape, _patch, overlap);
        var sums = networks.Select(_ => new HalfSums(member.OutputChannels, shape, _patch, _weights)).ToList();
        var tile = new float[_patch.Count];
        var output = _patch.WithChannels(member.OutputChannels);
        var (mirrored, single, mean) = (new float[_patch.Count], new float[output.Count], new float[output.Count]);
        var decided = 0;
        for (var i = 0; i < window.Depths.Count; i++)
        {
            foreach (var origin in window.TilesAt(window.Depths[i]))
            {
                cancellationToken.ThrowIfCancellationRequested();
                CopyTile(image, shape, origin, tile);
                foreach (var (network, sum) in networks.Zip(sums))
                {
                    Run(network, tile, mirrored, single, mean);
                    sum.Add(mean, origin);
                }
            }

            var end = i + 1 < window.Depths.Count ? window.Depths[i + 1] : shape.Depth;
            for (; decided < end; decided++)
            {
                yield return Mean(sums, decided, shape);
            }
        }
    }

    private void Run(OpenNetwork network, float[] tile, float[] mirrored, float[] single, float[] mean)
    {
        var output = _patch.WithChannels(member.OutputChannels);
        foreach (var (i, mirror) in _mirrors.Index())
        {
            if (i == 0)
            {
                network.Run(tile, mean);
                continue;
            }

            TileMirror.Apply(tile, mirrored, _patch, mirror, add: false);
            network.Run(mirrored, single);
            TileMirror.Apply(single, mean, output, mirror, add: true);
        }

        if (_mirrors.Length > 1)
        {
            TensorPrimitives.Divide<float>(mean, _mirrors.Length, mean);
        }
    }

    // The networks' logits are added one after the other in half precision, as nnU-Net does.
    private float[] Mean(List<HalfSums> sums, int z, VolumeShape shape)
    {
        var length = member.OutputChannels * shape.Height * shape.Width;
        var total = new float[length];
        sums[0].Take(z, total);
        if (sums.Count == 1)
        {
            return total;
        }

        var other = new float[length];
        foreach (var sum in sums.Skip(1))
        {
            sum.Take(z, other);
            TensorPrimitives.Add(total, other, total);
            HalfRounding.Round(total);
        }

        TensorPrimitives.Divide<float>(total, sums.Count, total);
        HalfRounding.Round(total);
        return total;
    }

    // What lies outside the image is 0.
    private void CopyTile(float[] image, VolumeShape shape, TileOrigin origin, float[] tile)
    {
        int z0 = Math.Max(0, -origin.Z), z1 = Math.Min(_patch.Depth, shape.Depth - origin.Z);
        int y0 = Math.Max(0, -origin.Y), y1 = Math.Min(_patch.Height, shape.Height - origin.Y);
        int x0 = Math.Max(0, -origin.X), x1 = Math.Min(_patch.Width, shape.Width - origin.X);
        Array.Clear(tile);
        for (var channel = 0; channel < _patch.Channels; channel++)
        {
            for (var z = z0; z < z1; z++)
            {
                for (var y = y0; y < y1; y++)
                {
                    var source = (((((channel * shape.Depth) + origin.Z + z) * shape.Height) + origin.Y + y) * shape.Width) + origin.X + x0;
                    image.AsSpan(source, x1 - x0).CopyTo(tile.AsSpan((((((channel * _patch.Depth) + z) * _patch.Height) + y) * _patch.Width) + x0));
                }
            }
        }
    }
}
