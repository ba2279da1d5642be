namespace Microsoft.ML.MedicalSegmentation.Scoring.Models;

/// <summary>A network ready to run on tiles; safe for several threads.</summary>
internal sealed class OnnxNetwork : IDisposable
{
    private readonly NetworkSession _session;
    private readonly OnnxSignature _signature;
    private readonly IPatchNetworkInfo _info;

    // Runs share it; disposing takes it alone, so that no run loses the session under its feet.
    private readonly ReaderWriterLockSlim _inUse = new();
    private bool _disposed;

    /// <summary>Opens the network and compares it with its description.</summary>
    /// <exception cref="ArgumentException">The two contradict each other, or the batch is impossible.</exception>
    public OnnxNetwork(SegmentationModel model, int threads, int batchSize, ScoringDevice device, Action<string> warn)
        : this(model.OnnxArray, model.Info, threads, batchSize, device, warn)
    {
    }

    /// <inheritdoc cref="OnnxNetwork(SegmentationModel, int, int, ScoringDevice, Action{string})"/>
    public OnnxNetwork(byte[] onnx, IPatchNetworkInfo info, int threads, int batchSize, ScoringDevice device, Action<string> warn)
    {
        _info = info;
        _session = new(onnx, threads, device, warn);
        try
        {
            _signature = OnnxSignature.Check(_session.Session, _info);
            if (_signature.Batch is { } batch && batch != batchSize)
            {
                throw new ArgumentException(
                    $"The ONNX model takes batches of {batch}; BatchSize is {batchSize}. Set it to {batch}, or export the model "
                        + "with an open batch dimension."
                );
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>True if the network takes only batches of one size, so that the last must be filled up.</summary>
    public bool HasFixedBatch => _signature.Batch is not null;

    /// <summary>Runs a batch of tiles.</summary>
    /// <param name="tiles">[N, C, D, H, W] or more.</param>
    /// <param name="outputs">Receives [N, K, D, H, W].</param>
    /// <param name="batch">N.</param>
    /// <param name="volume">What messages call the volume that the tiles are of.</param>
    /// <param name="cancellationToken">Ends the run between two operations of the network.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    /// <exception cref="ExecutionEnvironmentException">The run failed, as for lack of memory.</exception>
    /// <exception cref="InputDataException">The network gave a value that is not finite.</exception>
    /// <exception cref="ObjectDisposedException">The network was disposed, perhaps by another thread.</exception>
    public void Run(float[] tiles, float[] outputs, int batch, string volume, CancellationToken cancellationToken = default)
    {
        _inUse.EnterReadLock();
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            RunSession(tiles, outputs, batch, cancellationToken);
        }
        finally
        {
            _inUse.ExitReadLock();
        }

        RequireFiniteOutput(outputs.AsSpan(0, checked((int)(batch * _info.OutputChannels * _info.Patch.ChannelCount))), volume);
    }

    /// <summary>Frees the session when no run is in progress; may be called more than once.</summary>
    public void Dispose()
    {
        _inUse.EnterWriteLock();
        try
        {
            _disposed = true;
            _session.Dispose();
        }
        finally
        {
            _inUse.ExitWriteLock();
        }
    }

    private void RunSession(float[] tiles, float[] outputs, int batch, CancellationToken cancellationToken) =>
        _session.Run(
            (_signature.Input, SizesOf(_info.InputChannels)),
            tiles,
            (_signature.Output, SizesOf(_info.OutputChannels)),
            outputs,
            batch,
            HasFixedBatch,
            $"The network could not be run on a patch of {_info.Patch}",
            cancellationToken
        );

    private long[] SizesOf(int channels) =>
        _info.SpatialDimensions == 3
            ? [channels, _info.Patch.Depth, _info.Patch.Height, _info.Patch.Width]
            : [channels, _info.Patch.Height, _info.Patch.Width];

    private void RequireFiniteOutput(ReadOnlySpan<float> outputs, string volume)
    {
        if (FiniteInput.IndexOfFirstOther(outputs) is var index and >= 0)
        {
            var channel = index / _info.Patch.ChannelCount % _info.OutputChannels;
            throw new InputDataException(
                $"On {volume}, the network gave {outputs[index]} for {_info.NameOfOutput((int)channel)}. Its weights may be "
                    + "damaged, or the intensities far from those of training"
                    + (_info.Preprocessing.Length == 0 ? "." : $" (preprocessing: {_info.Preprocessing}).")
                    + " Check that the volume was normalised as in training."
            );
        }
    }
}
