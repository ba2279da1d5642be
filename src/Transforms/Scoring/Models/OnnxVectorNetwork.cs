using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Models;

/// <summary>A network that gives one vector for one patch or image, ready to run; safe for several threads.</summary>
internal sealed class OnnxVectorNetwork : IDisposable
{
    private readonly InferenceSession _session;
    private readonly long[] _sizes;
    private readonly int _outputs;

    /// <summary>Opens the network and compares it with its description.</summary>
    /// <param name="onnx">The ONNX file's bytes.</param>
    /// <param name="shape">What it takes at once: channels, depth, height, width.</param>
    /// <param name="spatialDimensions">3 where its input is [N, C, D, H, W], 2 where it is [N, C, H, W].</param>
    /// <param name="outputs">Numbers of the vector.</param>
    /// <param name="threads">Threads of one run; 0 for one per core.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="warn">Told where the processor takes the place of the GPU.</param>
    /// <exception cref="ArgumentException">The network and its description contradict each other.</exception>
    public OnnxVectorNetwork(
        byte[] onnx,
        VolumeShape shape,
        int spatialDimensions,
        int outputs,
        int threads,
        ScoringDevice device,
        Action<string> warn
    )
    {
        _outputs = outputs;
        _sizes = spatialDimensions == 3
            ? [1, shape.Channels, shape.Depth, shape.Height, shape.Width]
            : [1, shape.Channels, shape.Height, shape.Width];
        _session = OnnxSessions.Open(onnx, threads, device, warn, out _);
        try
        {
            Check();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The vector of one patch.</summary>
    /// <param name="values">[C, D, H, W].</param>
    /// <exception cref="InvalidOperationException">The run failed, as for lack of memory.</exception>
    public float[] Run(float[] values)
    {
        var vector = new float[_outputs];
        using var options = new RunOptions();
        using var input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, values.AsMemory(), _sizes);
        using var output = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, vector.AsMemory(), [1, _outputs]);
        try
        {
            _session.Run(options, [_session.InputNames[0]], [input], [_session.OutputNames[0]], [output]);
        }
        catch (OnnxRuntimeException fault)
        {
            throw new InvalidOperationException(
                $"The network could not be run on [{string.Join(", ", _sizes)}]: {OnnxSessions.FirstLine(fault)}",
                fault
            );
        }

        return vector;
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private void Check()
    {
        int[] input = _session.InputNames.Count == 1 ? _session.InputMetadata[_session.InputNames[0]].Dimensions : [];
        var output = _session.OutputMetadata[_session.OutputNames[0]].Dimensions;
        if (
            input.Length != _sizes.Length
            || !input.Skip(1).Select(side => (long)side).SequenceEqual(_sizes.Skip(1))
            || output.Length != 2
            || output[1] != _outputs
        )
        {
            throw new ArgumentException(
                $"The ONNX model takes [{string.Join(", ", input)}] and gives [{string.Join(", ", output)}]; its description says "
                    + $"[batch, {string.Join(", ", _sizes.Skip(1))}] and [batch, {_outputs}]. Train or save the model again."
            );
        }
    }
}
