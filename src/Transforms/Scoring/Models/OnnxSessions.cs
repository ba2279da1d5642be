using Microsoft.ML.MedicalSegmentation.Scoring.Models.Folding;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Models;

/// <summary>Opens ONNX Runtime sessions on the device that is asked for.</summary>
internal static class OnnxSessions
{
    /// <summary>
    /// Opens a session for scoring. Devices other than the processor get the network as it was before it was rewritten for processors.
    /// </summary>
    /// <param name="onnx">The ONNX file's bytes.</param>
    /// <param name="threads">Threads of one run; 0 for one per core.</param>
    /// <param name="device">Where to run.</param>
    /// <param name="warn">Called with a message where the processor takes the place of the device.</param>
    /// <param name="isOnProcessor">Receives whether the processor runs the network.</param>
    /// <exception cref="ExecutionEnvironmentException">
    /// ONNX Runtime is missing, or the device cannot be used and falling back is not allowed.
    /// </exception>
    /// <exception cref="InputDataException">The bytes are not a valid ONNX model.</exception>
    public static InferenceSession Open(byte[] onnx, int threads, ScoringDevice device, Action<string> warn, out bool isOnProcessor)
    {
        OnnxRuntimeLibrary.Require();
        var provider = device.ExecutionProvider;
        isOnProcessor = provider == ExecutionProvider.Processor;
        if (!isOnProcessor)
        {
            try
            {
                return OpenOn(provider, PlainGraph.Restore(onnx), threads, device.GpuDeviceId ?? 0);
            }
            catch (Exception e)
                when (e is OnnxRuntimeException or EntryPointNotFoundException or DllNotFoundException or PlatformNotSupportedException)
            {
                // A model that no device can read is not a fault of the device.
                OpenForInspection(onnx).Dispose();
                var used = provider == ExecutionProvider.Cuda
                    ? $"CUDA device {device.GpuDeviceId ?? 0}"
                    : $"The execution provider {provider.Key}";
                var message = $"{used} cannot be used for scoring: {FirstLine(e)}";
                if (!device.FallbackToCpu)
                {
                    throw new ExecutionEnvironmentException(
                        $"{message} {provider.Remedy}, leave "
                            + $"{(device.Provider is null ? "GpuDeviceId" : "Provider")} out, or set FallbackToCpu.",
                        e
                    );
                }

                warn($"{message} The processor is used.");
                isOnProcessor = true;
            }
        }

        using var onProcessor = MakeOptions(threads);
        return Open(FoldedGraph.Fold(onnx, threads), onProcessor);
    }

    /// <summary>Opens a session for looking at the model only.</summary>
    /// <exception cref="InputDataException">The bytes are not a valid ONNX model.</exception>
    public static InferenceSession OpenForInspection(byte[] onnx)
    {
        using var options = MakeOptions(threads: 1);
        options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
        return Open(onnx, options);
    }

    /// <summary>ONNX Runtime's own words, without the native stack that some builds add.</summary>
    public static string FirstLine(Exception e) => e.Message.Split('\n')[0].TrimEnd();

    private static InferenceSession OpenOn(ExecutionProvider provider, byte[] onnx, int threads, int device)
    {
        if (!provider.IsInLibrary)
        {
            throw new DllNotFoundException(
                $"the native library of ONNX Runtime that is here has {string.Join(", ", OrtEnv.Instance().GetAvailableProviders())} only."
            );
        }

        using var options = MakeOptions(threads);
        provider.Append(options, device);
        return new(onnx, options);
    }

    private static InferenceSession Open(byte[] onnx, SessionOptions options)
    {
        try
        {
            return new(onnx, options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new InputDataException(
                $"The ONNX model ({onnx.Length:N0} bytes) cannot be read: {FirstLine(e)} It may be damaged or cut short, or need a "
                    + "newer ONNX Runtime; export or copy it again.",
                e
            );
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
