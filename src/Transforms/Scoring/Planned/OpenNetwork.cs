using Microsoft.ML.MedicalSegmentation.Scoring.Models;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Planned;

/// <summary>A network of a planned model, open in ONNX Runtime; a batch of tiles at a time.</summary>
internal sealed class OpenNetwork : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options;
    private readonly long[] _inputShape;
    private readonly long[] _outputShape;
    private readonly string _name;

    /// <summary>Opens the network and compares it with its description.</summary>
    /// <exception cref="InputDataException">The bytes are not network, or one of another size.</exception>
    public OpenNetwork(byte[] onnx, PlannedMember member, int threads, ScoringDevice device, Action<string> warn)
    {
        _name = member.Name;
        var input = member.InputShape;
        long[] sides = member.IsFlat ? [input.Height, input.Width] : [input.Depth, input.Height, input.Width];
        _inputShape = [1, input.Channels, .. sides];
        _outputShape = [1, member.OutputChannels, .. sides];
        _session = OnnxSessions.Open(onnx, threads, device, warn);
        _options = new();
        var fits =
            _session.InputNames.Count == 1
            && _session.OutputNames.Count > 0
            && Fits(_session.InputMetadata[_session.InputNames[0]], _inputShape)
            && Fits(_session.OutputMetadata[_session.OutputNames[0]], _outputShape);
        if (!fits)
        {
            Dispose();
            throw new InputDataException(
                $"The network of {_name} does not take [{string.Join(", ", _inputShape)}] and give [{string.Join(", ", _outputShape)}] as its description says. Import the model again."
            );
        }
    }

    /// <summary>Runs a batch of tiles.</summary>
    /// <param name="tiles">[tile, channel, depth, height, width].</param>
    /// <param name="logits">Receives [tile, output, depth, height, width].</param>
    /// <param name="batch">Number of tiles; the arrays may be longer.</param>
    /// <param name="cancellationToken">Ends the run between two operations of the network.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    /// <exception cref="ExecutionEnvironmentException">The run failed, as for lack of memory.</exception>
    public void Run(float[] tiles, float[] logits, int batch, CancellationToken cancellationToken)
    {
        // A run that may be ended has options of its own, as ending concerns all runs of the same options.
        using var own = cancellationToken.CanBeCanceled ? new RunOptions() : null;
        using var ending = own is null ? default : cancellationToken.Register(options => ((RunOptions)options!).Terminate = true, own);
        using var input = Wrap(tiles, _inputShape, batch);
        using var output = Wrap(logits, _outputShape, batch);
        try
        {
            _session.Run(own ?? _options, [_session.InputNames[0]], [input], [_session.OutputNames[0]], [output]);
        }
        catch (OnnxRuntimeException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new ExecutionEnvironmentException($"The network of {_name} could not be run: {OnnxSessions.FirstLine(e)}", e);
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _options.Dispose();
    }

    private static OrtValue Wrap(float[] values, long[] shape, int batch) =>
        OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance,
            values.AsMemory(0, checked((int)(batch * shape.Aggregate(1L, (product, side) => product * side)))),
            [batch, .. shape.Skip(1)]
        );

    private static bool Fits(NodeMetadata tensor, long[] shape)
        => tensor.IsTensor && tensor.ElementType == typeof(float) && tensor.Dimensions.Length == shape.Length
            && tensor.Dimensions.Zip(shape).Skip(1).All(pair => pair.First <= 0 || pair.First == pair.Second);
}
