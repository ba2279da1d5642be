using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Models;

/// <summary>A network that is open in ONNX Runtime and runs batches of tiles. Safe for several threads.</summary>
/// <remarks>
/// On a processor tiles are run one after the other. A batch saves little time there, and ONNX Runtime adds the products of a batch in
/// another order than those of a tile: labels would depend on the batch.
/// </remarks>
internal sealed class NetworkSession : IDisposable
{
    private readonly RunOptions _options;
    private readonly bool _isOnProcessor;

    /// <summary>Opens a network.</summary>
    /// <param name="onnx">The ONNX file's bytes.</param>
    /// <param name="threads">Threads of one run; 0 for one per core.</param>
    /// <param name="device">Where to run.</param>
    /// <param name="warn">Called with a message where the processor takes the place of the device.</param>
    public NetworkSession(byte[] onnx, int threads, ScoringDevice device, Action<string> warn)
    {
        // Before anything else of ONNX Runtime: a library that is missing is reported here.
        Session = OnnxSessions.Open(onnx, threads, device, warn, out _isOnProcessor);
        _options = new();
    }

    /// <summary>The session, for its names and sizes.</summary>
    public InferenceSession Session { get; }

    /// <summary>Runs a batch.</summary>
    /// <param name="input">The input's name, and sizes of one tile of it.</param>
    /// <param name="tiles">As many tiles as the batch has, or more.</param>
    /// <param name="output">The output's name, and sizes of what it gives for one tile.</param>
    /// <param name="results">Receives the outputs.</param>
    /// <param name="batch">Number of tiles.</param>
    /// <param name="isFixed">True if the network takes this number of tiles only.</param>
    /// <param name="failure">Begins the message of a failure, such as "The network could not be run".</param>
    /// <param name="cancellationToken">Ends the run between two operations of the network.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    /// <exception cref="ExecutionEnvironmentException">The run failed, as for lack of memory.</exception>
    public void Run(
        (string Name, long[] Sizes) input,
        float[] tiles,
        (string Name, long[] Sizes) output,
        float[] results,
        int batch,
        bool isFixed,
        string failure,
        CancellationToken cancellationToken
    )
    {
        // A run that may be ended has options of its own, as ending concerns all runs of the same options.
        using var own = cancellationToken.CanBeCanceled ? new RunOptions() : null;
        using var ending = own is null ? default : cancellationToken.Register(options => ((RunOptions)options!).Terminate = true, own);
        var atOnce = _isOnProcessor && !isFixed ? 1 : batch;
        for (var first = 0; first < batch; first += atOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var given = Wrap(tiles, input.Sizes, first, atOnce);
            using var received = Wrap(results, output.Sizes, first, atOnce);
            try
            {
                Session.Run(own ?? _options, [input.Name], [given], [output.Name], [received]);
            }
            catch (OnnxRuntimeException fault)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw new ExecutionEnvironmentException($"{failure}: {OnnxSessions.FirstLine(fault)}", fault);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Session.Dispose();
        _options.Dispose();
    }

    private static OrtValue Wrap(float[] values, long[] sizes, int first, int count)
    {
        var length = checked((int)sizes.Aggregate(1L, (product, size) => product * size));
        return OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance,
            values.AsMemory(first * length, count * length),
            [count, .. sizes]
        );
    }
}
