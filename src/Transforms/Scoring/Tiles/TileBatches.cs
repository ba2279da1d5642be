using System.Numerics.Tensors;
using Microsoft.ML.MedicalSegmentation.Scoring.Models;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Tiles;

/// <summary>Adds the output of a tile to a slab.</summary>
/// <param name="origin">The tile.</param>
/// <param name="output">[channel, depth, height, width].</param>
internal delegate void TilePlacement(TileOrigin origin, ReadOnlySpan<float> output);

/// <summary>
/// Runs a network on batches of tiles, mirrored where that is asked for, and adds the weighted outputs to a slab. For one volume at a time.
/// </summary>
/// <param name="info">The network.</param>
/// <param name="batchSize">The most tiles of a batch.</param>
/// <param name="mirrors">
/// Whether depth, height and width are mirrored, by pass; none in the first one (<see cref="TileMirror.Combinations"/>).
/// </param>
/// <param name="weights">Weights of a tile, [depth, height, width].</param>
/// <param name="threads">Threads that mirror tiles; 0 for one per core.</param>
internal sealed class TileBatches(IPatchNetworkInfo info, int batchSize, bool[][] mirrors, float[] weights, int threads)
{
    private readonly float[] _tiles = new float[checked(batchSize * (int)info.Patch.Count)];
    private readonly float[] _outputs = new float[checked(batchSize * info.OutputChannels * (int)info.Patch.ChannelCount)];
    private readonly float[] _mirroredTiles = new float[mirrors.Length > 1 ? batchSize * (int)info.Patch.Count : 0];
    private readonly float[] _mirroredOutputs = new float[
        mirrors.Length > 1 ? batchSize * info.OutputChannels * (int)info.Patch.ChannelCount : 0
    ];

    /// <summary>Where outputs add up.</summary>
    public BlendingSlab Slab { get; } = new();

    /// <summary>Runs one batch.</summary>
    /// <param name="network">The network.</param>
    /// <param name="batch">The tiles.</param>
    /// <param name="reader">Reads them.</param>
    /// <param name="volume">What messages call the volume.</param>
    /// <param name="place">Puts the output of a tile into the slab. Default: null, it is added with the weights.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public void Run(
        OnnxNetwork network,
        TileOrigin[] batch,
        TileReader reader,
        string volume,
        TilePlacement? place,
        CancellationToken cancellationToken
    )
    {
        var (inputLength, outputLength) = ((int)info.Patch.Count, info.OutputChannels * weights.Length);
        for (var i = 0; i < batch.Length; i++)
        {
            reader.Read(batch[i], _tiles.AsSpan(i * inputLength, inputLength));
        }

        var count = network.HasFixedBatch ? batchSize : batch.Length;
        network.Run(_tiles, _outputs, count, volume, cancellationToken);
        foreach (var mirror in mirrors.Skip(1))
        {
            var (input, output) = (
                info.Patch.WithChannels(count * info.InputChannels),
                info.Patch.WithChannels(count * info.OutputChannels)
            );
            TileMirror.Apply(_tiles, _mirroredTiles, input, mirror, add: false, threads);
            network.Run(_mirroredTiles, _mirroredOutputs, count, volume, cancellationToken);
            TileMirror.Apply(_mirroredOutputs, _outputs, output, mirror, add: true, threads);
        }

        if (mirrors.Length > 1)
        {
            TensorPrimitives.Divide<float>(_outputs, mirrors.Length, _outputs);
        }

        for (var i = 0; i < batch.Length; i++)
        {
            var output = _outputs.AsSpan(i * outputLength, outputLength);
            if (place is null)
            {
                Slab.Add(output, weights, info.Patch, batch[i]);
            }
            else
            {
                place(batch[i], output);
            }
        }
    }
}
