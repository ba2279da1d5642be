using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Models;

/// <summary>Whether the native library of ONNX Runtime can be used here.</summary>
internal static class OnnxRuntimeLibrary
{
    private static readonly Lazy<Exception?> Fault = new(Find);

    /// <summary>To be called before work whose result is scored with.</summary>
    /// <exception cref="ExecutionEnvironmentException">The library is missing or does not load.</exception>
    public static void Require()
    {
        if (Fault.Value is { } fault)
        {
            throw new ExecutionEnvironmentException(
                "ONNX Runtime's native library is missing or does not load, and scoring needs it. Reference the package "
                    + "Microsoft.ML.OnnxRuntime 1.31.1, or Microsoft.ML.OnnxRuntime.Gpu 1.31.0, in the application.",
                fault);
        }
    }

    private static Exception? Find()
    {
        try
        {
            _ = OrtEnv.Instance();
            return null;
        }
        catch (Exception e)
            when (e is TypeInitializationException or DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            return e;
        }
    }
}
