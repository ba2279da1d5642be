using Microsoft.ML.MedicalSegmentation.Scoring.Models;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Planned;

/// <summary>A network of a planned model, open in ONNX Runtime; a batch of tiles at a time.</summary>
internal sealed class OpenNetwork : IDisposable
{
    private readonly NetworkSession _session;
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
        _inputShape = [input.Channels, .. sides];
        _outputShape = [member.OutputChannels, .. sides];
        _session = new(onnx, threads, device, warn);
        var (inputs, outputs) = (_session.Session.InputMetadata, _session.Session.OutputMetadata);
        var fits =
            inputs.Count == 1
            && outputs.Count > 0
            && Fits(inputs[_session.Session.InputNames[0]], _inputShape)
            && Fits(outputs[_session.Session.OutputNames[0]], _outputShape);
        if (!fits)
        {
            Dispose();
            throw new InputDataException(
                $"The network of {_name} does not take [1, {string.Join(", ", _inputShape)}] and give [1, "
                    + $"{string.Join(", ", _outputShape)}] as its description says. Import the model again."
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
    public void Run(float[] tiles, float[] logits, int batch, CancellationToken cancellationToken) =>
        _session.Run(
            (_session.Session.InputNames[0], _inputShape),
            tiles,
            (_session.Session.OutputNames[0], _outputShape),
            logits,
            batch,
            isFixed: false,
            $"The network of {_name} could not be run",
            cancellationToken
        );

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private static bool Fits(NodeMetadata tensor, long[] shape) =>
        tensor.IsTensor
        && tensor.ElementType == typeof(float)
        && tensor.Dimensions.Length == shape.Length + 1
        && tensor.Dimensions.Skip(1).Zip(shape).All(pair => pair.First <= 0 || pair.First == pair.Second);
}
