using Microsoft.ML.MedicalSegmentation.Scoring.Models;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.MedicalSegmentation.Classification;

/// <summary>
/// A classification network in ONNX Runtime. The session is opened with the first image and shared by all threads; after
/// <see cref="Dispose"/> the next image opens another.
/// </summary>
/// <param name="model">The network.</param>
/// <param name="threads">Threads of one run; 0 for one per core.</param>
/// <param name="device">Asked where to run when a session is opened.</param>
/// <param name="warn">Told where the processor takes the place of the GPU; null for nobody.</param>
internal sealed class OnnxClassifier(ClassificationModel model, int threads, Func<ScoringDevice> device, Action<string>? warn) : IDisposable
{
    // Runs share it; opening and disposing take it alone, so that no run loses its session.
    private readonly ReaderWriterLockSlim _inUse = new();
    private InferenceSession? _session;

    public ClassificationModel Model => model;

    /// <summary>The logits of one image.</summary>
    /// <exception cref="ArgumentException">The image cannot be classified, or the ONNX model does not fit its description.</exception>
    /// <exception cref="InvalidOperationException">The network failed or gave a value that is not finite.</exception>
    /// <exception cref="OperationCanceledException">The scope of scoring was cancelled.</exception>
    public float[] Logits(Volume image)
    {
        ScoringScope.Current?.CancellationToken.ThrowIfCancellationRequested();
        var values = ImagePreparation.Prepare(image, model.Info);
        var logits = Run(values);
        return FiniteInput.IndexOfFirstOther(logits) < 0
            ? logits
            : throw new InvalidOperationException(
                $"On {image.NameInErrors}, the network gave logits that are not finite ({string.Join(", ", logits)}). Its weights may be damaged, or the intensities far from those of training."
            );
    }

    /// <summary>Frees the session when no run is in progress; may be called more than once.</summary>
    public void Dispose()
    {
        _inUse.EnterWriteLock();
        try
        {
            _session?.Dispose();
            _session = null;
        }
        finally
        {
            _inUse.ExitWriteLock();
        }
    }

    /// <summary>Probabilities of logits: their softmax.</summary>
    public static float[] Softmax(ReadOnlySpan<float> logits)
    {
        double largest = System.Numerics.Tensors.TensorPrimitives.Max(logits);
        var powers = Array.ConvertAll(logits.ToArray(), logit => Math.Exp(logit - largest));
        var sum = powers.Sum();
        return Array.ConvertAll(powers, power => (float)(power / sum));
    }

    private float[] Run(float[] values)
    {
        while (true)
        {
            _inUse.EnterReadLock();
            try
            {
                if (_session is { } session)
                {
                    return Run(session, values);
                }
            }
            finally
            {
                _inUse.ExitReadLock();
            }

            Open();
        }
    }

    private void Open()
    {
        _inUse.EnterWriteLock();
        try
        {
            if (_session is null)
            {
                var session = OnnxSessions.Open(
                    model.OnnxArray,
                    threads,
                    device(),
                    warn ?? (message => System.Diagnostics.Trace.TraceWarning(message))
                );
                Check(session);
                _session = session;
            }
        }
        finally
        {
            _inUse.ExitWriteLock();
        }
    }

    private float[] Run(InferenceSession session, float[] values)
    {
        var shape = model.Info.Shape;
        long[] sizes = model.Info.SpatialDimensions == 3
            ? [1, shape.Channels, shape.Depth, shape.Height, shape.Width]
            : [1, shape.Channels, shape.Height, shape.Width];
        var logits = new float[model.Info.Classes.Count];
        using var options = new RunOptions();
        using var input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, values.AsMemory(), sizes);
        using var output = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, logits.AsMemory(), [1, logits.Length]);
        try
        {
            session.Run(options, [session.InputNames[0]], [input], [session.OutputNames[0]], [output]);
        }
        catch (OnnxRuntimeException fault)
        {
            throw new InvalidOperationException(
                $"The network could not be run on an image of {shape}: {OnnxSessions.FirstLine(fault)}",
                fault
            );
        }

        return logits;
    }

    private void Check(InferenceSession session)
    {
        int[] input = session.InputNames.Count == 1 ? session.InputMetadata[session.InputNames[0]].Dimensions : [];
        var output = session.OutputMetadata[session.OutputNames[0]].Dimensions;
        var (shape, dims) = (model.Info.Shape, model.Info.SpatialDimensions);
        int[] wanted = dims == 3 ? [shape.Channels, shape.Depth, shape.Height, shape.Width] : [shape.Channels, shape.Height, shape.Width];
        if (
            input.Length != dims + 2
            || !input.AsSpan(1).SequenceEqual(wanted)
            || output.Length != 2
            || output[1] != model.Info.Classes.Count
        )
        {
            session.Dispose();
            throw new ArgumentException(
                $"The ONNX model takes [{string.Join(", ", input)}] and gives [{string.Join(", ", output)}]; its description says [batch, {string.Join(", ", wanted)}] and [batch, {model.Info.Classes.Count}]. "
                + "Train or save the model again.");
        }
    }
}
