using System.Runtime.InteropServices;
using Microsoft.ML.MedicalSegmentation.Data.Cases;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Scoring.Tiles;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>
/// Volumes that a network is measured on while it trains: segmented tile by tile in torch, as the exported model will be.
/// </summary>
internal sealed class ValidationSet : IDisposable
{
    private const double Overlap = 0.5;

    private readonly CaseStore _cases;
    private readonly ClassMap _classes;
    private readonly VolumeShape _patch;
    private readonly float[] _weights;
    private readonly RegionMap? _regions;
    private readonly BlendingSlab _slab = new();
    private readonly Tensor _tile;

    /// <param name="cases">The volumes.</param>
    /// <param name="classes">The classes of the labels.</param>
    /// <param name="patch">Channels and size of a tile.</param>
    /// <param name="regions">What the outputs of the network are. Default: null, the classes.</param>
    public ValidationSet(CaseStore cases, ClassMap classes, VolumeShape patch, RegionMap? regions = null)
    {
        _cases = cases;
        _classes = classes;
        _patch = patch;
        _regions = regions;
        _weights = TileWeights.Gaussian(patch);
        _tile = zeros([1, patch.Channels, patch.Depth, patch.Height, patch.Width], ScalarType.Float32).DetachFromDisposeScope();
    }

    /// <summary>
    /// Mean Dice of each class but the background, or of each region, over the volumes that hold or are given it; NaN for one that none is.
    /// </summary>
    /// <param name="network">Left in evaluation mode.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="cancellationToken">Stops between two tiles.</param>
    /// <param name="forward">Gives the logits of a tile on the processor; null where the network computes it on the device.</param>
    public IReadOnlyList<double> Measure(
        Network network,
        Device device,
        CancellationToken cancellationToken,
        Func<Tensor, Tensor>? forward = null
    )
    {
        network.eval();
        forward ??= tile => network.call(tile.to(device));
        using var noGradient = no_grad();
        var sums = new double[_regions?.Count ?? _classes.Classes.Count - 1];
        var counts = new int[sums.Length];
        for (var validated = 0; validated < _cases.Count; validated++)
        {
            foreach (var (i, overlap) in Segment(_cases[validated], network, forward, cancellationToken).Overlaps.Index())
            {
                var dice = overlap.Dice(EmptyPolicy.Nan);
                if (!double.IsNaN(dice))
                {
                    sums[i] += dice;
                    counts[i]++;
                }
            }
        }

        return [.. sums.Zip(counts, (sum, count) => count == 0 ? double.NaN : sum / count)];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _tile.Dispose();
        _cases.Dispose();
    }

    private SliceScore Segment(TrainingCase validated, Network network, Func<Tensor, Tensor> forward, CancellationToken cancellationToken)
    {
        var size = validated.Image.Shape;
        var window = new SlidingWindow(size, _patch, Overlap);
        SliceScore score = _regions is null ? new ClassScore(_classes) : new RegionScore(_regions, _classes);
        _slab.Start(_regions?.Count ?? _classes.Classes.Count, size, _patch);
        for (int i = 0, finished = 0; i < window.Depths.Count; i++)
        {
            foreach (var tile in window.TilesAt(window.Depths[i]))
            {
                cancellationToken.ThrowIfCancellationRequested();
                Blend(validated.Image, tile, network, forward);
            }

            // No later tile touches the slices before the next tiles begin.
            for (var end = i + 1 < window.Depths.Count ? window.Depths[i + 1] : size.Depth; finished < end; finished++)
            {
                Compare(validated.RequiredLabels, finished, score);
                _slab.Release(finished);
            }
        }

        return score;
    }

    private void Blend(Volume image, TileOrigin tile, Network network, Func<Tensor, Tensor> forward)
    {
        using var scope = NewDisposeScope();
        var box = new PaddedBox(tile.Z, tile.Y, tile.X, _patch.Depth, _patch.Height, _patch.Width);
        box.CopyImage(image, MemoryMarshal.Cast<byte, float>(_tile.bytes));
        var logits = forward(network.Options.SpatialDims == 2 ? _tile.squeeze(2) : _tile).to(CPU).contiguous();
        _slab.Add(MemoryMarshal.Cast<byte, float>(logits.bytes), _weights, _patch, tile);
    }

    private void Compare(LabelVolume labels, int z, SliceScore score)
    {
        var slice = new PaddedBox(z, 0, 0, 1, labels.Shape.Height, labels.Shape.Width);
        var truth = new int[slice.Count];
        slice.CopyLabels(labels, _classes, truth);
        score.Add(_slab, z, truth);
    }
}
