using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Models;

/// <summary>Opens ONNX Runtime sessions on the device that is asked for.</summary>
internal static class OnnxSessions
{
    /// <summary>Opens a session for scoring.</summary>
    /// <param name="onnx">The ONNX file's bytes.</param>
    /// <param name="threads">Threads of one run; 0 for one per core.</param>
    /// <param name="device">Where to run.</param>
    /// <param name="warn">Told where the processor takes the place of the GPU.</param>
    /// <exception cref="InvalidOperationException">ONNX Runtime is missing, or the GPU cannot be used and falling back is not allowed.</exception>
    /// <exception cref="InvalidDataException">The bytes are not a valid ONNX model.</exception>
    public static InferenceSession Open(byte[] onnx, int threads, ScoringDevice device, Action<string> warn)
    {
        OnnxRuntimeLibrary.Require();
        if (device.GpuDeviceId is { } gpu)
        {
            try
            {
                using var options = MakeOptions(threads);
                options.AppendExecutionProvider_CUDA(gpu);
                return new(onnx, options);
            }
            catch (Exception e) when (e is OnnxRuntimeException or EntryPointNotFoundException or DllNotFoundException)
            {
                // A model that no device can read is not a fault of the GPU's.
                OpenForInspection(onnx).Dispose();
                var message = $"CUDA device {gpu} cannot be used for scoring: {FirstLine(e)}";
                if (!device.FallbackToCpu)
                {
                    throw new InvalidOperationException(
                        $"{message} Reference Microsoft.ML.OnnxRuntime.Gpu and install CUDA and cuDNN, leave GpuDeviceId out, or set FallbackToCpu.", e);
                }

                warn($"{message} The processor is used.");
            }
        }

        using var onProcessor = MakeOptions(threads);
        return Open(onnx, onProcessor);
    }

    /// <summary>Opens a session for looking at the model only.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a valid ONNX model.</exception>
    public static InferenceSession OpenForInspection(byte[] onnx)
    {
        using var options = MakeOptions(threads: 1);
        options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
        return Open(onnx, options);
    }

    /// <summary>ONNX Runtime's own words, without the native stack that some builds add.</summary>
    public static string FirstLine(Exception e) => e.Message.Split('\n')[0].TrimEnd();

    private static InferenceSession Open(byte[] onnx, SessionOptions options)
    {
        try
        {
            return new(onnx, options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidDataException(
                $"The ONNX model ({onnx.Length:N0} bytes) cannot be read: {FirstLine(e)} It may be damaged or cut short, or need a newer ONNX Runtime; export or copy it again.", e);
        }
    }

    private static SessionOptions MakeOptions(int threads)
    {
        var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        if (threads > 0)
        {
            options.IntraOpNumThreads = threads;
        }

        return options;
    }
}
