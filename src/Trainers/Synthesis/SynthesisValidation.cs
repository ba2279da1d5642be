using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML.MedicalSegmentation.Data.Cases;
using Microsoft.ML.MedicalSegmentation.Scoring.Tiles;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Synthesis;

/// <summary>
/// Volumes that a generator is measured on while it trains: synthesised tile by tile in torch, as the exported model will do.
/// </summary>
internal sealed class SynthesisValidation : IDisposable
{
    private const double Overlap = 0.5;

    private readonly CaseStore _cases;
    private readonly VolumeShape _patch;
    private readonly IReadOnlyList<SynthesisChannel> _targets;
    private readonly float[] _weights;
    private readonly BlendingSlab _slab = new();
    private readonly Tensor _tile;

    /// <param name="cases">The pairs.</param>
    /// <param name="patch">Source channels and size of a tile.</param>
    /// <param name="targets">The target's channels.</param>
    public SynthesisValidation(CaseStore cases, VolumeShape patch, IReadOnlyList<SynthesisChannel> targets)
    {
        (_cases, _patch, _targets) = (cases, patch, targets);
        _weights = TileWeights.Gaussian(patch);
        _tile = zeros([1, patch.Channels + targets.Count, patch.Depth, patch.Height, patch.Width], ScalarType.Float32)
            .DetachFromDisposeScope();
    }

    /// <summary>Mean over the volumes of the mean absolute error, in the target's unit.</summary>
    /// <param name="networks">The generator is left in evaluation mode.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="cancellationToken">Stops between two tiles.</param>
    public double Measure(SynthesisNetworks networks, Device device, CancellationToken cancellationToken)
    {
        networks.Generator.eval();
        using var noGradient = no_grad();
        return Enumerable.Range(0, _cases.Count).Average(i => Error(_cases[i].Image, networks, device, cancellationToken));
    }

    /// <inheritdoc/>
    public void Dispose() => _tile.Dispose();

    private double Error(Volume pair, SynthesisNetworks networks, Device device, CancellationToken cancellationToken)
    {
        var size = pair.Shape;
        var window = new SlidingWindow(size, _patch, Overlap);
        var weights = (
            Z: TileWeights.SumOverTiles(size.Depth, _patch.Depth, window.Depths),
            Y: TileWeights.SumOverTiles(size.Height, _patch.Height, window.Heights),
            X: TileWeights.SumOverTiles(size.Width, _patch.Width, window.Widths)
        );
        _slab.Start(_targets.Count, size, _patch);
        var sum = 0.0;
        for (int i = 0, finished = 0; i < window.Depths.Count; i++)
        {
            foreach (var tile in window.TilesAt(window.Depths[i]))
            {
                cancellationToken.ThrowIfCancellationRequested();
                Blend(pair, tile, networks, device);
            }

            // No later tile touches the slices before the next tiles begin.
            for (var end = i + 1 < window.Depths.Count ? window.Depths[i + 1] : size.Depth; finished < end; finished++)
            {
                sum += Compare(pair, finished, weights);
                _slab.Release(finished);
            }
        }

        return sum / (size.ChannelCount * _targets.Count);
    }

    private void Blend(Volume pair, TileOrigin tile, SynthesisNetworks networks, Device device)
    {
        using var scope = NewDisposeScope();
        new PaddedBox(tile.Z, tile.Y, tile.X, _patch.Depth, _patch.Height, _patch.Width).CopyImage(
            pair,
            MemoryMarshal.Cast<byte, float>(_tile.bytes)
        );
        var source = _tile.narrow(1, 0, _patch.Channels).to(device);
        var output = networks.Generate(networks.Generator.Options.SpatialDims == 2 ? source.squeeze(2) : source).to(CPU).contiguous();
        _slab.Add(MemoryMarshal.Cast<byte, float>(output.bytes), _weights, _patch, tile);
    }

    // The sum of the absolute errors of a slice.
    private double Compare(Volume pair, int z, (double[] Z, double[] Y, double[] X) weights)
    {
        var (width, sum) = (pair.Shape.Width, 0.0);
        var (wanted, given) = (new float[width], new float[width]);
        for (var channel = 0; channel < _targets.Count; channel++)
        {
            for (var y = 0; y < pair.Shape.Height; y++)
            {
                pair.CopyValues(pair.Offset(_patch.Channels + channel, z, y, 0), wanted);
                var sums = _slab.Slice(channel, z).Slice(y * width, width);
                for (var x = 0; x < width; x++)
                {
                    given[x] = (float)(
                        _targets[channel].Offset + (_targets[channel].Scale * sums[x] / (weights.Z[z] * weights.Y[y] * weights.X[x]))
                    );
                }

                TensorPrimitives.Subtract(given, wanted, given);
                sum += TensorPrimitives.SumOfMagnitudes<float>(given);
            }
        }

        return sum;
    }
}
