using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Models;

/// <summary>One way of ONNX Runtime to compute networks.</summary>
/// <param name="Key">What applications call it.</param>
/// <param name="Name">What ONNX Runtime calls it.</param>
/// <param name="Remedy">What to reference or install where it is missing.</param>
/// <param name="Append">Adds it to a session; takes the number of the device.</param>
internal sealed record ExecutionProvider(string Key, string Name, string Remedy, Action<SessionOptions, int> Append)
{
    /// <summary>The processor, which every ONNX Runtime has.</summary>
    public static ExecutionProvider Processor { get; } =
        new("cpu", "CPUExecutionProvider", "Reference Microsoft.ML.OnnxRuntime", static (_, _) => { });

    /// <summary>NVIDIA's GPUs.</summary>
    public static ExecutionProvider Cuda { get; } =
        new(
            "cuda",
            "CUDAExecutionProvider",
            "Reference Microsoft.ML.OnnxRuntime.Gpu and install CUDA and cuDNN",
            static (options, device) => options.AppendExecutionProvider_CUDA(device)
        );

    /// <summary>All of them. To add one, add an entry.</summary>
    public static IReadOnlyList<ExecutionProvider> All { get; } =
    [
        Processor,
        Cuda,
        new(
            "tensorrt",
            "TensorrtExecutionProvider",
            "Reference Microsoft.ML.OnnxRuntime.Gpu and install CUDA, cuDNN and TensorRT",
            static (options, device) =>
            {
                // What TensorRT cannot compute, CUDA does.
                options.AppendExecutionProvider_Tensorrt(device);
                options.AppendExecutionProvider_CUDA(device);
            }
        ),
        new(
            "openvino",
            "OpenVINOExecutionProvider",
            "Reference Intel.ML.OnnxRuntime.OpenVino",
            static (options, _) => options.AppendExecutionProvider_OpenVINO("")
        ),
        new(
            "directml",
            "DmlExecutionProvider",
            "Reference Microsoft.ML.OnnxRuntime.DirectML, on Windows",
            static (options, device) =>
            {
                // DirectML allows neither of the two.
                options.EnableMemoryPattern = false;
                options.ExecutionMode = ExecutionMode.ORT_SEQUENTIAL;
                options.AppendExecutionProvider_DML(device);
            }
        ),
        new(
            "coreml",
            "CoreMLExecutionProvider",
            "Reference Microsoft.ML.OnnxRuntime, on macOS",
            static (options, _) => options.AppendExecutionProvider_CoreML()
        ),
    ];

    /// <summary>The entry of a key, whatever its case.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static ExecutionProvider Find(string key)
        => All.FirstOrDefault(provider => provider.Key.Equals(key, StringComparison.OrdinalIgnoreCase)) ?? throw new ArgumentException(
            $"There is no execution provider '{key}'. Execution providers: {string.Join(", ", All.Select(provider => provider.Key))}.");

    /// <summary>Whether the native library of ONNX Runtime that is here was built with it.</summary>
    public bool IsInLibrary => OrtEnv.Instance().GetAvailableProviders().Contains(Name);
}
