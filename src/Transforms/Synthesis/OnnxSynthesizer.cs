using System.Diagnostics;
using Microsoft.ML.MedicalSegmentation.Scoring;
using Microsoft.ML.MedicalSegmentation.Scoring.Models;
using Microsoft.ML.MedicalSegmentation.Scoring.Tiles;

namespace Microsoft.ML.MedicalSegmentation.Synthesis;

/// <summary>A synthesised volume.</summary>
/// <param name="Output">The target's channels in its unit, on the source's grid.</param>
/// <param name="Difficulty">
/// 0 where the local discriminator takes the result for real, 1 where it does not; null for a model without it.
/// </param>
internal sealed record SynthesizedVolume(Volume Output, Volume? Difficulty);

/// <summary>Synthesises whole volumes of any size with a generator of a fixed patch, through ONNX Runtime.</summary>
/// <remarks>
/// The volume is covered by overlapping tiles, whose outputs are averaged with Gaussian weights and brought to the target's unit. A slice
/// is finished as soon as no later tile touches it, so that memory beyond the volume and the result is that of the network on one batch of
/// tiles and channels x patch depth x height x width numbers. The volume is brought to the training orientation by flips and permutations
/// of axes, and the result back onto its grid. Safe for several threads; each call then takes memory of its own.
/// </remarks>
internal sealed class OnnxSynthesizer : IDisposable
{
    private readonly SynthesisModelInfo _info;
    private readonly ScoringSettings _settings;
    private readonly OnnxNetwork _network;
    private readonly TrainingSpacing _spacing;
    private readonly float[] _weights;
    private readonly bool[][] _mirrors;
    private TileBatches? _spare;
    private bool _disposed;

    /// <summary>Opens a model.</summary>
    /// <param name="model">The generator.</param>
    /// <param name="settings">How it is run.</param>
    /// <param name="device">The device.</param>
    /// <param name="warn">Receives warnings. Default: <see cref="Trace.TraceWarning(string)"/>.</param>
    /// <exception cref="ArgumentException">The ONNX model contradicts its description, or a setting is out of range.</exception>
    /// <exception cref="InputDataException">The ONNX model cannot be read.</exception>
    /// <exception cref="InvalidOperationException">The device cannot be used.</exception>
    public OnnxSynthesizer(SynthesisModel model, ScoringSettings settings, ScoringDevice device, Action<string>? warn = null)
    {
        settings.Validate();
        if (settings.Tiling != ScoringTiling.Blended)
        {
            throw new ArgumentException($"Tiling is {settings.Tiling}; synthesised tiles are blended. Leave it out.", nameof(settings));
        }

        warn ??= message => Trace.TraceWarning(message);
        (_info, _settings) = (model.Info, settings);
        _spacing = new(_info, settings, warn);
        _network = new(model.OnnxArray, _info, settings.Threads, settings.BatchSize, device, warn);
        _weights = TileWeights.Gaussian(_info.Patch);
        _mirrors = TileMirror.Combinations(settings.MirrorAxes ?? [], _info.SpatialDimensions);
    }

    /// <summary>Synthesises one volume.</summary>
    /// <param name="volume">Source channels as in training, normalised as in training; any size.</param>
    /// <param name="progress">Told the share of tiles that are done.</param>
    /// <param name="cancellationToken">Stops between tiles.</param>
    /// <exception cref="ArgumentException">
    /// The volume has other channels, NaN or infinite voxels, or, where demanded, another spacing than training.
    /// </exception>
    /// <exception cref="InvalidOperationException">The network failed or gave a value that is not finite.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public SynthesizedVolume Synthesize(Volume volume, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (volume.Shape.Channels != _info.InputChannels)
        {
            throw new ArgumentException(
                $"{volume.NameInErrors} has {volume.Shape.Channels} channels; the generator takes {_info.InputChannels}. Load the "
                    + "source channels of training, in the same order, into one volume."
            );
        }

        FiniteInput.Require(volume);
        var prepared = _spacing.Bring(volume);
        var result = SynthesizeAsItIs(prepared, progress, cancellationToken);
        return ReferenceEquals(prepared, volume)
            ? result
            : new(Return(result.Output, volume), result.Difficulty is { } difficulty ? Return(difficulty, volume) : null);
    }

    /// <summary>Frees the session; may be called more than once.</summary>
    public void Dispose()
    {
        _disposed = true;
        _spare = null;
        _network.Dispose();
    }

    private SynthesizedVolume SynthesizeAsItIs(Volume volume, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        var grid = new OrientedGrid(volume, _info.Orientation);
        var window = new SlidingWindow(grid.Shape, _info.Patch, _settings.Overlap ?? _info.Overlap);
        var writer = new IntensityWriter(volume, grid, _info, window);
        var reader = new TileReader(volume, grid, _info.Patch);
        var batches =
            Interlocked.Exchange(ref _spare, null) ?? new TileBatches(_info, _settings.BatchSize, _mirrors, _weights, _settings.Threads);
        batches.Slab.Start(_info.OutputChannels, grid.Shape, _info.Patch);
        var finished = 0;
        void FinishUpTo(int end)
        {
            for (; finished < end; finished++)
            {
                writer.Write(finished, batches.Slab);
                batches.Slab.Release(finished);
            }
        }

        foreach (var z in window.Depths)
        {
            FinishUpTo(z);
            foreach (var batch in window.TilesAt(z).Chunk(_settings.BatchSize))
            {
                cancellationToken.ThrowIfCancellationRequested();
                batches.Run(_network, batch, reader, volume.NameInErrors, place: null, cancellationToken);
            }

            progress?.Report(Math.Min(1.0, (double)(z + _info.Patch.Depth) / grid.Shape.Depth));
        }

        FinishUpTo(grid.Shape.Depth);
        Volatile.Write(ref _spare, batches);
        return new(writer.ToVolume(), writer.ToDifficulty());
    }

    private Volume Return(Volume result, Volume volume)
        => result.ReturnToGrid(volume, null, new() { MaximumThreads = _settings.Resampling?.MaximumThreads ?? 0 }).WithHeader(null);
}
