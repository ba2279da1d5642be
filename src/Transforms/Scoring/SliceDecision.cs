using System.Numerics.Tensors;
using Microsoft.ML.MedicalSegmentation.Scoring.Tiles;

namespace Microsoft.ML.MedicalSegmentation.Scoring;

/// <summary>
/// Decides blended slices one after the other: on the grid that the network saw, or on that of the volume before it was resampled.
/// </summary>
/// <remarks>
/// For the latter, mean outputs return by linear interpolation before they are compared, as in nnU-Net v2; memory is that of three slices
/// of the volume times the outputs of the network.
/// </remarks>
internal sealed class SliceDecision
{
    private readonly SegmentationModelInfo _info;
    private readonly VolumeShape _scored;
    private readonly LabelWriter _labels;
    private readonly ProbabilityWriter? _probabilities;
    private readonly bool _isDoubt;
    private readonly TileWeightSums _weights;
    private readonly SliceReturn? _return;
    private readonly float[] _means;
    private readonly int[] _classes;

    /// <summary>Prepares for the slices of a volume.</summary>
    /// <param name="info">The model.</param>
    /// <param name="volume">The volume whose grid the result has.</param>
    /// <param name="scored">The grid of the slices: that of the volume, or of a volume resampled from it.</param>
    /// <param name="window">The tiles over the latter that were blended; null where each voxel comes from one tile.</param>
    /// <param name="resampling">How the volume was resampled; null if it was not.</param>
    /// <param name="output">What to collect beside labels.</param>
    public SliceDecision(
        SegmentationModelInfo info,
        Volume volume,
        OrientedGrid scored,
        SlidingWindow? window,
        ResamplingOptions? resampling,
        ScoringOutput output
    )
    {
        (_info, _scored) = (info, scored.Shape);
        var grid = resampling is null ? scored : new OrientedGrid(volume, info.Orientation);
        _labels = new(volume, grid, info.Classes);
        _isDoubt = output == ScoringOutput.Doubt;
        _probabilities = output == ScoringOutput.None ? null : new(volume, grid, info, _isDoubt);
        _weights = new(scored.Shape, info.Patch, window);
        _return = resampling is null ? null : new(scored, grid, info.OutputChannels, resampling);
        _means = new float[_return is null ? 0 : checked(info.OutputChannels * scored.Shape.Height * scored.Shape.Width)];
        _classes = new int[grid.Shape.Height * grid.Shape.Width];
    }

    /// <summary>Takes the next slice.</summary>
    /// <param name="z">Its number, ascending from 0.</param>
    /// <param name="slab">Sums of tiles.</param>
    public void Decide(int z, BlendingSlab slab)
    {
        if (_return is null)
        {
            SliceClassifier.Classify(slab, _info.OutputChannels, z, _classes);
            _labels.Write(z, _classes);
            _probabilities?.Write(z, slab, _weights);
            return;
        }

        Average(z, slab);
        foreach (var (returned, outputs) in _return.Push(z, _means))
        {
            SliceClassifier.Classify(outputs, _info.OutputChannels, _classes);
            _labels.Write(returned, _classes);
            _probabilities?.Write(returned, outputs);
        }
    }

    /// <summary>What was decided; every slice must have been taken.</summary>
    public VolumeSegmentation ToSegmentation() => VolumeSegmentation.Of(_labels.ToLabels(), _probabilities?.ToVolume(), _isDoubt);

    private void Average(int z, BlendingSlab slab)
    {
        var (width, plane) = (_scored.Width, _scored.Height * _scored.Width);
        for (var y = 0; y < _scored.Height; y++)
        {
            var weights = _weights.Row(z, y);
            for (var channel = 0; channel < _info.OutputChannels; channel++)
            {
                TensorPrimitives.Divide(
                    slab.Slice(channel, z).Slice(y * width, width),
                    weights,
                    _means.AsSpan((channel * plane) + (y * width), width)
                );
            }
        }
    }
}
