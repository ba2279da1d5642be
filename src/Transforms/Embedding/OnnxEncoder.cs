using System.Diagnostics;
using Microsoft.ML.MedicalSegmentation.Scoring;
using Microsoft.ML.MedicalSegmentation.Scoring.Models;
using Microsoft.ML.MedicalSegmentation.Scoring.Tiles;

namespace Microsoft.ML.MedicalSegmentation.Embedding;

/// <summary>
/// An encoder in ONNX Runtime: volumes of any size to one vector. The session is opened with the first volume and shared by all threads;
/// after <see cref="Dispose"/> the next volume opens another.
/// </summary>
/// <remarks>
/// The volume is covered by tiles of the encoder's patch, evenly spread, and their features are averaged. Memory beyond the volume is that
/// of one tile and of the network.
/// </remarks>
/// <param name="model">The encoder.</param>
/// <param name="threads">Threads of one run; 0 for one per core.</param>
/// <param name="device">Asked where to run when a session is opened.</param>
/// <param name="warn">Told what is doubtful. Default: <see cref="Trace.TraceWarning(string)"/>.</param>
internal sealed class OnnxEncoder(EncoderModel model, int threads, Func<ScoringDevice> device, Action<string>? warn) : IDisposable
{
    private readonly Action<string> _warn = warn ?? (message => Trace.TraceWarning(message));

    private readonly SharedScorer<OnnxVectorNetwork> _network = new(() =>
        new(
            model.OnnxArray,
            model.Info.Patch,
            model.Info.SpatialDimensions,
            model.Info.Features,
            threads,
            device(),
            warn ?? (message => Trace.TraceWarning(message))
        )
    );

    public EncoderModel Model => model;

    /// <summary>The embedding of one volume.</summary>
    /// <exception cref="ArgumentException">
    /// The volume has other channels, NaN or infinite voxels, or the ONNX model does not fit its description.
    /// </exception>
    /// <exception cref="InvalidOperationException">The network failed or gave a value that is not finite.</exception>
    /// <exception cref="OperationCanceledException">The scope of scoring was cancelled.</exception>
    public float[] Embed(Volume volume)
    {
        var info = model.Info;
        if (volume.Shape.Channels != info.Channels)
        {
            throw new ArgumentException(
                $"{volume.NameInErrors} has {volume.Shape.Channels} channels; the encoder takes {info.Channels}. Load the channels "
                    + "of training, in the same order, into one volume."
            );
        }

        FiniteInput.Require(volume);
        if (TrainingSpacing.Difference(info, volume, new ScoringSettings().SpacingTolerance) is { } difference)
        {
            _warn($"{difference} It is embedded as it is. Resample volumes to one spacing before the encoder.");
        }

        var features = _network.Use(network => Mean(network, volume));
        return FiniteInput.IndexOfFirstOther(features) < 0
            ? features
            : throw new InvalidOperationException(
                $"On {volume.NameInErrors}, the encoder gave features that are not finite. Its weights may be damaged, or the "
                    + "intensities far from those of training."
            );
    }

    /// <summary>Frees the session when no run is in progress; may be called more than once.</summary>
    public void Dispose() => _network.Release();

    private float[] Mean(OnnxVectorNetwork network, Volume volume)
    {
        var patch = model.Info.Patch;
        var grid = new OrientedGrid(volume, model.Info.Orientation);
        var window = new SlidingWindow(grid.Shape, patch, overlap: 0);
        var reader = new TileReader(volume, grid, patch);
        var tile = new float[checked((int)patch.Count)];
        var sums = new double[model.Info.Features];
        foreach (var origin in window.Depths.SelectMany(window.TilesAt))
        {
            ScoringScope.Current?.CancellationToken.ThrowIfCancellationRequested();
            reader.Read(origin, tile);
            foreach (var (feature, value) in network.Run(tile).Index())
            {
                sums[feature] += value;
            }
        }

        return Array.ConvertAll(sums, sum => (float)(sum / window.TileCount));
    }
}
