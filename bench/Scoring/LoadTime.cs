using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.MedicalSegmentation.Bench;

/// <summary>How long a model zip of 65 MiB takes to load, and the memory that is in use at most meanwhile.</summary>
internal static class LoadTime
{
    /// <summary>
    /// Loads in one of three ways: "bare" by mlContext.Model.Load, "own" by Models.Load, "onnx" the network alone by ONNX Runtime.
    /// </summary>
    public static void Run(string folder, string way)
    {
        var path = Path.Combine(folder, way == "onnx" ? "wide.onnx" : "wide.zip");
        var context = new MLContext();
        var before = PeakMemory.Now;
        var watch = Stopwatch.StartNew();
        using var loaded = way switch
        {
            "bare" => context.Model.Load(path, out _) as IDisposable,
            "own" => context.MedicalSegmentation().Models.Load(path) as IDisposable,
            _ => new InferenceSession(path),
        };
        Console.WriteLine(
            $"{way,-5} {new FileInfo(path).Length / 1048576.0:0} MiB: {watch.Elapsed.TotalSeconds:0.00} s, "
                + $"{Environment.CpuUsage.TotalTime.TotalSeconds:0.00} s of processor time since the process began, "
                + $"{(PeakMemory.Peak - before) / 1.048576:0} MiB beyond the start"
        );
    }
}
