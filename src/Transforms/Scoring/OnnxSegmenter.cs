using System.Diagnostics;
using Microsoft.ML.MedicalSegmentation.Scoring;
using Microsoft.ML.MedicalSegmentation.Scoring.Exact;
using Microsoft.ML.MedicalSegmentation.Scoring.Models;
using Microsoft.ML.MedicalSegmentation.Scoring.Tiles;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Segments whole volumes of any size with a network of a fixed patch, through ONNX Runtime.</summary>
/// <remarks>
/// The volume is covered by overlapping tiles (<see cref="SlidingWindow"/>), whose logits are averaged with
/// <see cref="TileWeights"/> before any activation, as nnU-Net v2 does. Tiles run with ascending z, and a slice is decided as soon as no
/// later tile touches it, so that memory beyond the volume and its labels is that of the network on one batch of tiles
/// and classes x patch depth x height x width numbers. A 2D network scores slice by slice. The volume is brought to
/// the training orientation by flips and permutations of axes, and the labels back onto the volume's grid; nothing is
/// resampled unless <see cref="ScoringSettings.Resampling"/> says so; then the mean logits of a slice return to the volume's grid before
/// classes are decided there. With <see cref="ScoringTiling.Exact"/> tiles are not averaged: each voxel is
/// taken from a tile that holds all it depends on. Safe for several threads; each call then takes memory of its own.
/// </remarks>
public sealed class OnnxSegmenter : IDisposable
{
    private readonly ScoringSettings _settings;
    private readonly OnnxNetwork _network;
    private readonly TrainingSpacing _spacing;
    private readonly float[] _weights;
    private readonly bool[][] _mirrors;
    private TileBatches? _spare;
    private bool _disposed;

    /// <summary>Opens a model.</summary>
    /// <param name="model">What to score.</param>
    /// <param name="settings">How; null takes the defaults.</param>
    /// <param name="device">The device. Default: the processor.</param>
    /// <param name="warn">Receives warnings. Default: <see cref="Trace.TraceWarning(string)"/>.</param>
    /// <exception cref="ArgumentException">The ONNX model contradicts its description, or a setting is out of range.</exception>
    /// <exception cref="InputDataException">The ONNX model cannot be read.</exception>
    /// <exception cref="ExecutionEnvironmentException">The device cannot be used.</exception>
    public OnnxSegmenter(
        SegmentationModel model,
        ScoringSettings? settings = null,
        ScoringDevice? device = null,
        Action<string>? warn = null
    )
    {
        _settings = settings ?? new();
        _settings.Validate();
        warn ??= message => Trace.TraceWarning(message);
        Info = model.Info;
        if (_settings.Tiling == ScoringTiling.Exact)
        {
            ExactTiles.Require(Info);
        }

        _spacing = new(Info, _settings, warn);
        _network = new(model, _settings.Threads, _settings.BatchSize, device ?? new(), warn);
        _weights = TileWeights.Gaussian(Info.Patch);
        _mirrors = TileMirror.Combinations(_settings.MirrorAxes ?? [], Info.SpatialDimensions);
    }

    /// <summary>Classes, patch and training voxels of the model.</summary>
    public SegmentationModelInfo Info { get; }

    /// <summary>Segments one volume.</summary>
    /// <param name="volume">Image channels as in training, normalised as in training; any size.</param>
    /// <param name="withProbabilities">True to return probabilities as well: classes x volume numbers of memory.</param>
    /// <param name="cancellationToken">Stops between tiles.</param>
    /// <exception cref="InputDataException">
    /// The volume has other channels, NaN or infinite voxels, or, where demanded, another spacing than training; or it is too large at the
    /// spacing of training.
    /// </exception>
    /// <exception cref="InputDataException">The network gave a value that is not finite.</exception>
    /// <exception cref="ExecutionEnvironmentException">The network could not be run.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public VolumeSegmentation Segment(Volume volume, bool withProbabilities = false, CancellationToken cancellationToken = default)
        => Segment(volume, withProbabilities ? ScoringOutput.Probabilities : ScoringOutput.None, null, cancellationToken);

    /// <summary>Frees the session; may be called more than once.</summary>
    public void Dispose()
    {
        _disposed = true;
        _spare = null;
        _network.Dispose();
    }

    /// <summary>Segments one volume and reports the share of tiles that are done.</summary>
    internal VolumeSegmentation Segment(
        Volume volume,
        ScoringOutput output,
        IProgress<double>? progress,
        CancellationToken cancellationToken
    )
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        RequireChannels(volume);
        FiniteInput.Require(volume);
        var prepared = _spacing.Bring(volume);
        if (_settings.LabelReturn is not { } labelReturn || ReferenceEquals(prepared, volume))
        {
            return Score(prepared, volume, output, progress, cancellationToken);
        }

        var result = Score(prepared, prepared, output, progress, cancellationToken);
        return _spacing.Return(result, volume, labelReturn);
    }

    // The result has the grid of the target: that of the scored volume, or of the volume that it was resampled from.
    private VolumeSegmentation Score(
        Volume volume,
        Volume target,
        ScoringOutput output,
        IProgress<double>? progress,
        CancellationToken cancellationToken
    )
    {
        var grid = new OrientedGrid(volume, Info.Orientation);
        var exact = _settings.Tiling == ScoringTiling.Exact ? new ExactTiles(grid.Shape, Info) : null;
        var window = new SlidingWindow(grid.Shape, Info.Patch, _settings.Overlap ?? Info.Overlap);
        var decision = new SliceDecision(
            Info,
            target,
            grid,
            exact is null ? window : null,
            ReferenceEquals(volume, target) ? null : _settings.Resampling,
            output
        );

        var batches = Interlocked.Exchange(ref _spare, null) ?? new(Info, _settings.BatchSize, _mirrors, _weights, _settings.Threads);
        batches.Slab.Start(Info.OutputChannels, grid.Shape, Info.Patch);
        TilePlacement? place = exact is null ? null : (origin, result) =>
        {
            var (z, y, x) = exact.TakenOf(origin);
            batches.Slab.Take(result, Info.Patch, origin, new(z.From, y.From, x.From), new(z.To, y.To, x.To));
        };
        var reader = new TileReader(volume, grid, Info.Patch);
        var decided = 0;
        void DecideUpTo(int end)
        {
            for (; decided < end; decided++)
            {
                decision.Decide(decided, batches.Slab);
                batches.Slab.Release(decided);
            }
        }

        foreach (var z in exact?.Depths ?? window.Depths)
        {
            DecideUpTo(z);
            foreach (var batch in (exact?.TilesAt(z) ?? window.TilesAt(z)).Chunk(_settings.BatchSize))
            {
                cancellationToken.ThrowIfCancellationRequested();
                batches.Run(_network, batch, reader, volume.NameInErrors, place, cancellationToken);
            }

            progress?.Report(Math.Min(1.0, (double)(z + Info.Patch.Depth) / grid.Shape.Depth));
        }

        DecideUpTo(grid.Shape.Depth);
        Volatile.Write(ref _spare, batches);
        return decision.ToSegmentation();
    }

    private void RequireChannels(Volume volume)
    {
        if (volume.Shape.Channels != Info.InputChannels)
        {
            throw new InputDataException(
                $"The volume has {volume.Shape.Channels} channel{(volume.Shape.Channels == 1 ? "" : "s")}; the model takes "
                    + $"{Info.InputChannels}. Load the channels of training, in the same order, into one volume."
            );
        }
    }
}
